// Three pages in one script. What is recorded is kept in the browser until the server has said 201; its name
// (local_storage_key) is the same at each attempt, so an attempt whose answer was lost makes no second recording.

const API = '/api/v1/recordings';
const RETRY_MILLIS = 30_000;
const find = id => document.getElementById(id);
const say = text => { find('message').textContent = text; };

async function call(path, options = {}) {
  const key = sessionStorage.getItem('api-key');
  const answer = await fetch(path, { ...options, headers: key ? { 'X-API-Key': key } : {} });
  if (answer.ok) return answer;
  if (answer.status === 401) find('key').hidden = false;
  const problem = await answer.json().catch(() => ({}));
  throw new Error(problem.detail ?? `${answer.status} ${answer.statusText}`);
}

function row(...cells) {
  const tr = document.createElement('tr');
  for (const cell of cells) {
    const td = document.createElement('td');
    td.append(cell ?? '');
    tr.append(td);
  }
  return tr;
}

function button(text, action) {
  const made = document.createElement('button');
  made.textContent = text;
  made.onclick = () => action().catch(error => say(error.message));
  return made;
}

// What waits on this device

const wrapped = request => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function waiting(mode, use) {
  const open = indexedDB.open('recordings', 1);
  open.onupgradeneeded = () => open.result.createObjectStore('waiting', { keyPath: 'local_storage_key' });
  const database = await wrapped(open);
  try {
    return await wrapped(use(database.transaction('waiting', mode).objectStore('waiting')));
  } finally {
    database.close();
  }
}

const kept = () => waiting('readonly', store => store.getAll());
const keep = item => waiting('readwrite', store => store.put(item));
const forget = item => waiting('readwrite', store => store.delete(item.local_storage_key));

async function send(item) {
  const form = new FormData();
  form.append('patient_id', item.patient_id);
  form.append('duration_seconds', String(item.duration_seconds));
  form.append('local_storage_key', item.local_storage_key);
  if (item.draft_transcript) form.append('draft_transcript', item.draft_transcript);
  form.append('audio', item.audio, 'recording');
  try {
    await call(`${API}/upload`, { method: 'POST', body: form });
  } catch (error) {
    await keep({ ...item, attempts: item.attempts + 1, last_error: error.message });
    throw error;
  }
  await forget(item);
}

const sendAll = () => navigator.locks.request('send', async () => {
  for (const item of await kept()) {
    await send(item).catch(error => say(`Not sent yet: ${error.message}`));
  }
});

// The pages

const pages = {
  async recordings() {
    let next = null;
    const show = async address => {
      const answer = await call(address);
      for (const one of await answer.json()) {
        const seconds = one.duration_seconds === null ? '' : `${one.duration_seconds} s`;
        find('recordings').append(
          row(one.erased ? '(erased)' : one.patient_id, one.status, seconds, new Date(one.created_at).toLocaleString()));
      }
      next = /<([^>]+)>; rel="next"/.exec(answer.headers.get('Link') ?? '')?.[1] ?? null;
      find('more').hidden = next === null;
    };
    const begin = () => {
      find('recordings').replaceChildren();
      const status = find('status').value;
      return show(status ? `${API}?status=${status}` : API);
    };
    find('patient').onsubmit = event => {
      event.preventDefault();
      // What stands behind # never leaves the browser, and may hold any sign, where a path may not hold a slash.
      location.href = `/record/patient#${encodeURIComponent(event.target.patient.value)}`;
    };
    find('status').onchange = () => begin().catch(error => say(error.message));
    find('more').onclick = () => show(next).catch(error => say(error.message));
    await begin();
  },

  async record() {
    const patient = decodeURIComponent(location.hash.slice(1) || location.pathname.split('/').pop());
    find('whose').textContent = patient;
    let audio = null;
    let seconds = 0;
    let recorder = null;
    let timer = 0;
    find('start').onclick = async () => {
      try {
        const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
        const parts = [];
        recorder = new MediaRecorder(microphone);
        recorder.ondataavailable = event => parts.push(event.data);
        recorder.onstop = () => {
          clearInterval(timer);
          microphone.getTracks().forEach(track => track.stop());
          audio = new Blob(parts, { type: recorder.mimeType });
          find('start').disabled = false;
          find('stop').disabled = true;
        };
        recorder.start();
        const started = Date.now();
        timer = setInterval(() => {
          seconds = Math.round((Date.now() - started) / 1000);
          find('seconds').textContent = seconds;
        }, 250);
        find('start').disabled = true;
        find('stop').disabled = false;
      } catch (error) {
        say(error.message);
      }
    };
    find('stop').onclick = () => recorder.stop();
    find('file').onchange = async event => {
      audio = event.target.files[0] ?? null;
      if (!audio) return;
      const player = new Audio(URL.createObjectURL(audio));
      player.onloadedmetadata = () => {
        seconds = Number.isFinite(player.duration) ? Math.round(player.duration) : 0;
        find('seconds').textContent = seconds;
      };
    };
    find('send').onsubmit = async event => {
      event.preventDefault();
      if (!audio) return say('Record something first, or choose a file.');
      try {
        await keep({
          local_storage_key: crypto.randomUUID(),
          patient_id: patient,
          duration_seconds: seconds,
          draft_transcript: event.target.draft.value,
          audio,
          attempts: 0,
          last_error: null,
        });
        audio = null;
        say('Kept on this device.');
        await sendAll();
        if ((await kept()).length === 0) say('Sent.');
      } catch (error) {
        say(error.message);
      }
    };
  },

  async queue() {
    const show = async () => {
      find('device').replaceChildren(...(await kept()).map(item => row(
        item.patient_id, `${item.duration_seconds} s`, item.attempts, item.last_error,
        button('Discard', async () => {
          if (confirm('This recording is nowhere else. Discard it?')) await forget(item).then(show);
        }))));
      const work = await (await call(`${API}/work-queue`)).json();
      find('work').replaceChildren(...work.map(one => row(
        one.id, one.status, new Date(one.due_since).toLocaleString(), one.retry_count, one.clinician_id)));
    };
    find('device').closest('table').after(button('Send now', () => sendAll().then(show)));
    await show();
  },
};

find('key').onsubmit = event => {
  event.preventDefault();
  sessionStorage.setItem('api-key', event.target.key.value);
  location.reload();
};
addEventListener('online', sendAll);
setInterval(sendAll, RETRY_MILLIS);
pages[document.body.dataset.page]().then(sendAll).catch(error => say(error.message));
