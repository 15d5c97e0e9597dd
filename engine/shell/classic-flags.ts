import type { Expr } from '../../grammar/ast.ts';
import type { ScopeClause } from '../capture/demand.ts';
import * as ast from './ast-build.ts';
import type { Flag } from './flag.ts';
import * as values from './flag-values.ts';

export type ClassicCommand = 'watch' | 'stat' | 'overview';

/** A flag of the classic form. */
export interface ClassicFlag extends Flag {
	/** The commands that take it; absent: all. */
	readonly commands?: readonly ClassicCommand[];
	/** Only for this protocol. */
	readonly protocol?: string;
	/** Filters become a condition of `watch`. */
	readonly condition?: (given: values.Given) => Expr;
	/**
	 * A process is more than its record tells: it has children, and threads with names of their own. So the capture alone
	 * decides; the condition is for reading.
	 */
	readonly processes?: true;
	/** Those that the capture can decide also restrict a query that is given as a text, or a whole session of the shell. */
	readonly scope?: (given: values.Given) => ScopeClause;
	/** Known from elsewhere, and not here yet. */
	readonly missing?: true;
}

const WATCH = ['watch'] as const;
const STAT = ['stat'] as const;
const RECORDS = ['watch', 'stat'] as const;

const atLeast = (field: string, least: Expr): Expr => ast.binary(ast.field(field, least.span), '>=', least);

const text = (field: string, operator: '~' | 'startswith', given: values.Given): Expr =>
	ast.binary(ast.field(field, given.value.span), operator, ast.string(given.value.text, given.value.span));

/** Filters on who talks to whom. */
const WHO: readonly ClassicFlag[] = [
	{
		name: 'pids',
		value: 'PID,…',
		doc: 'processes and what they start',
		example: 'watch --pids 1234,1235',
		condition: (given) => values.oneOf('pid', values.pids(given), given),
		processes: true,
		scope: (given) => ({ pids: values.pids(given), withChildren: true }),
	},
	{
		name: 'comm',
		value: 'NAME,…',
		doc: 'names of processes',
		example: 'watch --comm nginx',
		condition: (given) => values.oneOf('comm', values.parts(given), given),
		processes: true,
		scope: (given) => ({ comms: values.parts(given) }),
	},
	{
		name: 'local-ports',
		value: 'PORT,…',
		doc: 'ports of the observed end',
		example: 'watch --local-ports 80,8080',
		condition: (given) => values.oneOf('local_port', values.ports(given), given),
		scope: (given) => ({ localPorts: values.ports(given) }),
	},
	{
		name: 'remote-ports',
		value: 'PORT,…',
		doc: 'ports of the other end',
		example: 'watch --remote-ports 443',
		condition: (given) => values.oneOf('remote_port', values.ports(given), given),
		scope: (given) => ({ remotePorts: values.ports(given) }),
	},
	{
		name: 'local-ips',
		value: 'IP,…',
		doc: 'addresses or networks of the observed end',
		example: 'watch --local-ips 127.0.0.1',
		condition: (given) => values.inNetworks('local_ip', given),
		scope: (given) => ({ localNets: values.cidrs(given) }),
	},
	{
		name: 'remote-ips',
		value: 'IP,…',
		doc: 'addresses or networks of the other end',
		example: 'watch --remote-ips 10.0.0.0/8',
		condition: (given) => values.inNetworks('remote_ip', given),
		scope: (given) => ({ remoteNets: values.cidrs(given) }),
	},
	{
		name: 'side',
		value: 'client|server',
		doc: 'whose end is observed',
		example: 'watch --side server',
		condition: (given) =>
			ast.binary(ast.field('side', given.value.span), '==', ast.string(values.side(given), given.value.span)),
		scope: (given) => ({ side: values.side(given) }),
	},
];

const HOW_MUCH: readonly ClassicFlag[] = [
	{
		name: 'latency',
		value: 'MS',
		doc: 'at least as slow',
		example: 'watch --latency 100',
		commands: RECORDS,
		condition: (given) =>
			atLeast('latency', ast.duration(values.quantity(given, 'milliseconds'), 'ms', given.value.span)),
	},
	{
		name: 'req-size',
		value: 'BYTES',
		doc: 'requests at least as large',
		example: 'watch --req-size 1000',
		commands: RECORDS,
		condition: (given) => atLeast('req_size', ast.int(values.integer(given, 'bytes'), given.value.span)),
	},
	{
		name: 'resp-size',
		value: 'BYTES',
		doc: 'responses at least as large',
		example: 'watch --resp-size 10000',
		commands: RECORDS,
		condition: (given) => atLeast('resp_size', ast.int(values.integer(given, 'bytes'), given.value.span)),
	},
];

const HTTP_FILTERS: readonly ClassicFlag[] = [
	{
		name: 'method',
		value: 'METHOD,…',
		doc: 'request methods',
		example: 'watch http --method GET,POST',
		condition: (given) => values.oneOf('method', values.parts(given), given),
	},
	{
		name: 'host',
		value: 'HOST,…',
		doc: 'hosts that are asked for',
		example: 'watch http --host shop.example',
		condition: (given) => values.oneOf('host', values.parts(given), given),
	},
	{
		name: 'path',
		value: 'PATH,…',
		doc: 'paths',
		example: 'watch http --path /api/items',
		condition: (given) => values.oneOf('path', values.parts(given), given),
	},
	{
		name: 'path-prefix',
		value: 'PREFIX',
		doc: 'the beginning of the path',
		example: 'watch http --path-prefix /api',
		condition: (given) => text('path', 'startswith', given),
	},
	{
		name: 'path-regex',
		value: 'REGEX',
		doc: 'a regular expression found in the path',
		example: "watch http --path-regex '^/api/\\w+$'",
		condition: (given) => text('path', '~', given),
	},
];

const HTTP = HTTP_FILTERS.map((flag) => ({ ...flag, protocol: 'http', commands: RECORDS }));

/** What `watch` and `stat` do with the records. classic.ts gives them their meaning. */
const WHAT: readonly ClassicFlag[] = [
	{
		name: 'max-records',
		value: 'N',
		doc: 'end after so many records',
		example: 'watch http --max-records 10',
		commands: WATCH,
	},
	{
		name: 'output',
		short: 'o',
		value: 'wide',
		doc: 'more columns: ports, process, times, outcome',
		example: 'watch http --output wide',
		commands: WATCH,
	},
	{
		name: 'json-output',
		value: 'stdout|FILE',
		doc: 'JSON, one object per line',
		example: 'watch http --json-output stdout',
		commands: WATCH,
	},
	{
		name: 'metric',
		short: 'm',
		value: 'METRIC',
		doc: 'what to add up: total-time, reqsize, respsize, network-time, internal-time, socket-time',
		example: 'stat http --metric total-time',
		commands: STAT,
	},
	{
		name: 'group-by',
		short: 'g',
		value: 'KEY',
		doc: 'conn, remote-ip, remote-port, local-port, protocol, http-path or none; two as a/b',
		example: 'stat http --group-by remote-ip/http-path',
		commands: STAT,
	},
	{ name: 'slow', doc: 'the slowest first', example: 'stat http --slow', commands: STAT },
	{ name: 'bigreq', doc: 'the largest requests first', example: 'stat http --bigreq', commands: STAT },
	{ name: 'bigresp', doc: 'the largest responses first', example: 'stat http --bigresp', commands: STAT },
	{
		name: 'samples-limit',
		short: 's',
		value: 'N',
		doc: 'keep so many records behind each row',
		example: 'stat http --samples-limit 3',
		commands: STAT,
	},
	{
		name: 'time',
		value: 'SECONDS',
		doc: 'end after so long',
		example: 'stat http --time 5',
		commands: ['stat', 'overview'],
	},
	{ name: 'list', doc: 'list the protocols, and do nothing else', example: 'watch --list', commands: WATCH },
];

const missing = (names: readonly string[], rest: Omit<ClassicFlag, 'name' | 'missing'>): ClassicFlag[] =>
	names.map((name) => ({ name, ...rest, missing: true }));

const MISSING: readonly ClassicFlag[] = [
	...missing(['container-id', 'container-name', 'pod-name'], { value: 'NAME', doc: 'containers and pods' }),
	...missing(['command', 'keys', 'key-prefix'], { value: 'TEXT', doc: 'filters for Redis' }),
	...missing(['topic', 'apikeys', 'producer', 'consumer'], { value: 'TEXT', doc: 'filters for Kafka' }),
	...missing(['request-codes', 'languages'], { value: 'TEXT', doc: 'filters for RocketMQ' }),
];

/** Every flag of `watch`, `stat` and `overview`. */
export const CLASSIC_FLAGS: readonly ClassicFlag[] = [...WHO, ...HOW_MUCH, ...HTTP, ...WHAT, ...MISSING];

export const classicFlag = (name: string): ClassicFlag | undefined => CLASSIC_FLAGS.find((flag) => flag.name === name);
