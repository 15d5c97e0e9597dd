/* What no registry holds: how the parts of the language go together. Blocks of queries in it are run by the tests. */

export const INTRODUCTION = `# The query language

This file is made by \`npm run docs\` from what the program itself knows; the tests run every example in it.
\`claudeinsight help NAME\` says the same of one name, \`.help NAME\` in the shell too.

A query is a pipeline: a source, then operators, joined by \`|\`.

\`\`\`ciq
watch http where path ~ "/api" | stat by remote_ip slow 5s
\`\`\`

It takes the HTTP exchanges whose path matches, and gives the slowest by remote address, for every five seconds. What
the query does not need is not captured: \`explain\` in front of a pipeline says what is.

A stage is the name of an operator and its items, in any order: arguments between commas, \`by\` and keys, clauses such as
\`where\` and \`every\`, flags \`--name=value\`. A script holds several statements, each on lines of its own or behind \`;\`. A line
that begins with \`|\` or \`where\` goes on with the one before it. \`#\` begins a comment; \`##\` documents the \`op\`, \`fn\`, \`let\`
or \`param\` below it.
`;

export const RECORDS = `## Records and tables

A source gives a stream of records: one exchange, a request and its answer, as one observed end saw it. On one host both
ends of a call are two records with the same \`conn\` and \`id\`; \`side\` tells them apart.

\`stat\` makes tables of it: one for each window, or without a window one that is shown again as it grows. On tables, \`sort\`
\`head\` \`tail\` \`top\` act within each; \`where\` \`extend\` \`select\` act on their rows.

\`\`\`ciq
watch http | stat count(), p99(latency) by path 5s | where count >= 2 | top 3 by p99_latency
\`\`\`

A column is called after what it holds: \`p99(latency)\` is \`p99_latency\`, \`count(…)\` is \`count\`, a field keeps its name. Any
other expression needs a name of its own.

\`\`\`ciq
watch http | stat errors = count(where failed), ratio = count(where failed) / count() by route
\`\`\`
`;

export const NAMES = `A bare name is, in this order: a \`let\`, \`param\` or parameter; a column made by a stage before; a field of every exchange; a
field of the stream's protocols. Behind \`select\` and \`stat\` only their columns are left. \`http.path\` names the protocol,
\`.path\` is always the field, \`this\` is the whole record. Names are of ASCII letters, digits and \`_\`; any other stands in
backquotes, and columns and fields come first then.

\`\`\`ciq
watch http where request.headers["user-agent"] ~ "customer" | select path, agent = request.headers["user-agent"]
\`\`\`
`;

export const MISSING = `## Missing values

Null means that the record has no such value: the status of a request that was never answered, a field of another
protocol.

1. A comparison, \`in\` or \`~\` with a missing value is unknown, and so is its negation; \`where\` keeps only what is true. So
   \`status != 200\` and \`not (status == 200)\` mean the same, and neither keeps a record without a status. A range
   is two comparisons, of which one that is false decides: \`0 in 1..status\` is false without a status, too.
2. \`x == null\`, \`x != null\`, \`has(x)\` and \`x ?? d\` are always known.
3. Arithmetic with null is null, and so are a division by zero and a text \`f"…{x}…"\` of which a part is missing.
4. Aggregates skip null; \`count()\` counts rows. Of nothing, \`count\`, \`dcount\`, \`sum\` and, of a time that is known, \`rate\` are 0 and the
   others null.
5. \`by\` makes null a group of its own; \`sort\` puts it last both ways.

What \`json(…)\` gives has the types of the JSON, which are known when it comes. Where it is the number 10,
\`json(req.body).id == "10"\` is false and \`json(req.body).id != "10"\` true, which is told once, \`str(json(req.body).id) == "10"\` true;
\`<\` and \`~\` between types that do not go together are unknown, as with null.
`;

export const QUANTILES = `A quantile that falls between two values is on the line between them, as in R (type 7) and NumPy: \`p99\` of 1 ms,
2 ms … 8 ms is 7.93 ms. Quantiles of up to 100,000 rows of a window are exact; beyond that a sketch gives them within 1%.
`;

export const TIME = `## Windows and time

A window is a duration on a stage that aggregates: \`5s\`, or \`every 5s\`. Windows are [start, end), side by side, aligned to
the epoch: \`1d\` is a day of UTC, \`1w\` begins on a Thursday. A record belongs to the window in which its outcome became known (\`end_time\`);
behind \`select\` the column \`end_time\` tells it, or else \`ts\`. A window is closed when event
time has passed its end by half a second; what comes later is counted and left out, or with \`--late=keep\` the window is given
once more. Where a stage aggregates without \`by\`, windows without rows come, too, from the one in which the capture began, or the
first exchange of a log did, to the last row, or to the end that \`until 30s\` sets; of a long silence the last 1000. Tables of \`window\` have rows. Event time is that of the traffic,
so a recording gives the same windows as the live capture did; of a log that is not in order of \`end_time\`, what comes too
late depends on how many of its lines are read at once.

\`over\` makes windows that overlap. The first of them begin before the capture did, and hold what there was by then; the last
is the first that has the last row in it. A window of \`session\` begins with a row and ends when the pause behind its last row
is over (a row that comes just then still belongs to it), one of \`every 1000\` has a thousand rows, the last one fewer.

\`\`\`ciq
stat http count(), p99(latency) every 10s
stat http count(), p99(latency) over 1m every 10s
\`\`\`
`;

export const CAPTURE = `## What is captured

The query decides what the kernel copies. \`explain\` shows it, with the programs that are attached and the reasons.

* **Sockets.** Conditions on \`pid\` \`comm\` \`exe_name\` \`side\` and on addresses and ports of the local or remote end, the client
  or the server, are decided in the kernel before any byte is read, and once more behind it: \`==\` and \`in\` with values,
  networks and ranges; of ports, addresses and sides also \`!=\`, \`not in\`, \`<\` and \`>\`; all of them through \`and\`, \`or\` and
  \`not\`. A condition behind a stage that counts or changes records restricts nothing. The process is asked at each call:
  where several processes share a socket, a condition on one of them shows what that one sent and received.
* **Containers.** Pids are those of the pid namespace in which the analyser runs: in a container its own. Of a process
  outside of it names are known, \`pid\` is null, and a connection that it had before is told of when it next sends or
  receives.
* **Payload.** A query of exchanges takes heads: of what one end says before the other answers the first 16 KiB, of each call
  behind them the first 1 KiB and the last 16 bytes. Whole messages are taken where a body or a text is used, for
  \`to json\` of whole exchanges, and by \`--record\`; of each body the first MiB is kept, of what has more \`truncated\` is
  true.
* **Stages** are observed where a field of theirs is used, each by programs of its own: \`socket_time\` asks when bytes become
  readable, \`copy_time\` also for arrival at the device, \`remote_time\` for arrival and departure, \`retransmits\` for what is
  sent again, \`stages\` and \`to detail\` for all. \`to json\` of whole exchanges does not ask for them: they would nearly
  double the price of a request in the kernel. \`| extend stages\` in front of it does; \`--record\` takes all.

\`\`\`ciq
explain watch http where server_port in 8000..8100 and not (remote_ip in 10.0.0.0/8) | stat count(), avg(remote_time) by path
\`\`\`
`;

export const PRECEDENCE = `Loosest first: \`or\`; \`and\`; \`not\`; comparisons, \`~\`, \`in\` and their like, which do not chain; \`??\`; \`..\`; \`+ -\`; \`* / %\`; the
sign \`-\`; parts such as \`request.headers["host"]\`.
`;
