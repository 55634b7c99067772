package violations.command;

import violations.first.query.ReadModel;

/** What all contexts share, and knows one of them. */
record SharedByOneContext(ReadModel known) {}
