-- On a live table: creates new, empty tables; nothing waits.

-- Read models hold no foreign keys: projections advance independently, and a departure may be projected before its station.
-- In each, position is the place in the log of the last event applied, and version the version of the row's own stream.

CREATE TABLE station (
    station_id text             NOT NULL,
    name       text             NOT NULL,
    place      text             NOT NULL,
    latitude   double precision NOT NULL,
    longitude  double precision NOT NULL,
    modes      text[]           NOT NULL,
    timezone   text             NOT NULL,
    search_key text             NOT NULL,
    version    bigint           NOT NULL,
    position   bigint           NOT NULL,
    CONSTRAINT station_pkey PRIMARY KEY (station_id)
);
COMMENT ON COLUMN station.search_key IS 'Name and place in lower case without accents, as the search folds its query.';

-- Serves the list of all stations by name, page by page. The search for a part of a name reads the table, which has one
-- row for each station of the feeds, some thousands.
CREATE INDEX station_by_search_key ON station (search_key, station_id);

CREATE TABLE line (
    line_id     text   NOT NULL,
    label       text   NOT NULL,
    mode        text   NOT NULL,
    operator    text   NOT NULL,
    description text,
    color_hex   text,
    version     bigint NOT NULL,
    position    bigint NOT NULL,
    CONSTRAINT line_pkey PRIMARY KEY (line_id)
);

CREATE TABLE departure (
    departure_id        text                     NOT NULL,
    station_id          text                     NOT NULL,
    line_id             text                     NOT NULL,
    line_label          text                     NOT NULL,
    mode                text                     NOT NULL,
    destination         text                     NOT NULL,
    planned_at          timestamp with time zone NOT NULL,
    delay_seconds       integer,
    expected_at         timestamp with time zone
        GENERATED ALWAYS AS (((planned_at AT TIME ZONE 'UTC') + delay_seconds * interval '1 second') AT TIME ZONE 'UTC') STORED,
    cancelled           boolean                  NOT NULL DEFAULT false,
    cancellation_reason text,
    status              text                     NOT NULL
        GENERATED ALWAYS AS (CASE
            WHEN cancelled THEN 'cancelled'
            WHEN delay_seconds > 0 THEN 'delayed'
            WHEN delay_seconds IS NOT NULL THEN 'on_time'
            ELSE 'unknown' END) STORED,
    platform            text,
    platform_changed    boolean                  NOT NULL DEFAULT false,
    remarks             jsonb                    NOT NULL DEFAULT '[]',
    occupancy           text                     NOT NULL DEFAULT 'UNKNOWN',
    crowding_level      integer,
    details             jsonb                    NOT NULL DEFAULT '{}',
    source              text                     NOT NULL,
    ingestion_run_id    text,
    observed_at         timestamp with time zone NOT NULL,
    version             bigint                   NOT NULL,
    position            bigint                   NOT NULL,
    CONSTRAINT departure_pkey PRIMARY KEY (departure_id),
    CONSTRAINT departure_occupancy_known CHECK (occupancy IN ('UNKNOWN', 'LOW', 'MEDIUM', 'HIGH')),
    CONSTRAINT departure_crowding_level_percent CHECK (crowding_level BETWEEN 0 AND 100)
);
COMMENT ON COLUMN departure.delay_seconds IS 'Null: there is no real-time data. Negative: it leaves early.';
COMMENT ON COLUMN departure.status IS 'Follows from cancelled and delay_seconds alone, so that it cannot contradict them.';

-- Serves the departure board: one station, planned order, from an instant on.
CREATE INDEX departure_by_station ON departure (station_id, planned_at, departure_id);

-- Serves the departures of one line over all stations, planned order.
CREATE INDEX departure_by_line ON departure (line_id, planned_at, departure_id);

-- Serves the departures of all stations and lines, planned order.
CREATE INDEX departure_by_planned_at ON departure (planned_at, departure_id);

-- One row for each event of a departure, never changed. The key serves the history of one departure in log order.
CREATE TABLE departure_history (
    departure_id text                     NOT NULL,
    position     bigint                   NOT NULL,
    version      bigint                   NOT NULL,
    change       text                     NOT NULL,
    detail       jsonb                    NOT NULL,
    observed_at  timestamp with time zone NOT NULL,
    recorded_at  timestamp with time zone NOT NULL,
    CONSTRAINT departure_history_pkey PRIMARY KEY (departure_id, position)
);

CREATE TABLE route_snapshot (
    route_snapshot_id      text                     NOT NULL,
    origin_station_id      text,
    origin_name            text,
    origin_latitude        double precision,
    origin_longitude       double precision,
    destination_station_id text,
    destination_name       text,
    destination_latitude   double precision,
    destination_longitude  double precision,
    filters                jsonb                    NOT NULL,
    itineraries            json                     NOT NULL,
    status                 text                     NOT NULL,
    requested_at           timestamp with time zone NOT NULL,
    ingestion_run_id       text,
    version                bigint                   NOT NULL,
    position               bigint                   NOT NULL,
    CONSTRAINT route_snapshot_pkey PRIMARY KEY (route_snapshot_id),
    CONSTRAINT route_snapshot_status_known
        CHECK (status IN ('SUCCESS', 'NOT_FOUND', 'RATE_LIMITED', 'DOWNSTREAM_ERROR', 'TIMEOUT'))
);
COMMENT ON COLUMN route_snapshot.itineraries IS 'As the provider gave them; json and not jsonb keeps their order and numbers.';

-- Serves the snapshots from one station to another, or from one station to anywhere, newest first.
CREATE INDEX route_snapshot_by_origin ON route_snapshot (origin_station_id, destination_station_id, requested_at DESC);

-- Serves the newest snapshots of all.
CREATE INDEX route_snapshot_by_requested_at ON route_snapshot (requested_at DESC, route_snapshot_id);

CREATE TABLE ingestion_run (
    ingestion_run_id  text                     NOT NULL,
    job_name          text                     NOT NULL,
    source            text                     NOT NULL,
    context           jsonb                    NOT NULL,
    status            text                     NOT NULL,
    started_at        timestamp with time zone NOT NULL,
    completed_at      timestamp with time zone,
    retries           integer                  NOT NULL DEFAULT 0,
    records_read      bigint                   NOT NULL DEFAULT 0,
    records_recorded  bigint                   NOT NULL DEFAULT 0,
    records_unchanged bigint                   NOT NULL DEFAULT 0,
    records_rejected  bigint                   NOT NULL DEFAULT 0,
    rejections        jsonb                    NOT NULL DEFAULT '[]',
    notes             text,
    version           bigint                   NOT NULL,
    position          bigint                   NOT NULL,
    CONSTRAINT ingestion_run_pkey PRIMARY KEY (ingestion_run_id),
    CONSTRAINT ingestion_run_status_known CHECK (status IN ('PENDING', 'RUNNING', 'SUCCESS', 'FAILED', 'RETRYING'))
);

-- Serves the list of runs, newest first.
CREATE INDEX ingestion_run_by_started_at ON ingestion_run (started_at DESC, ingestion_run_id);

-- Serves the runs of one job, newest first.
CREATE INDEX ingestion_run_by_job ON ingestion_run (job_name, started_at DESC);
