/** What a member of the JSON document holds; `text` may be long, a `size` is not negative, a `port` from 0 to 65,535. */
export type MemberKind = 'time' | 'string' | 'address' | 'text' | 'number' | 'size' | 'port' | 'bool' | 'json';

/**
 * The members of the document that are read by name, in the order in which they are written: the documented ones of
 * kyanos's JSON (1.5.0), and what claudeinsight adds behind them.
 */
export const MEMBERS = {
	start_time: 'time',
	end_time: 'time',
	protocol: 'string',
	side: 'string',
	local_addr: 'address',
	local_port: 'port',
	remote_addr: 'address',
	remote_port: 'port',
	pid: 'number',
	is_ssl: 'bool',
	total_duration_ms: 'number',
	black_box_duration_ms: 'number',
	read_socket_duration_ms: 'number',
	copy_to_socket_buffer_duration_ms: 'number',
	req_size_bytes: 'size',
	resp_size_bytes: 'size',
	req_plain_text_size_bytes: 'size',
	resp_plain_text_size_bytes: 'size',
	request: 'text',
	response: 'text',
	id: 'text',
	conn: 'text',
	transport: 'string',
	comm: 'string',
	remote_comm: 'string',
	outcome: 'string',
	error: 'string',
	truncated: 'bool',
	stages: 'json',
	schema_version: 'number',
} as const satisfies Record<string, MemberKind>;

export type Member = keyof typeof MEMBERS;

export const MEMBER_NAMES = Object.keys(MEMBERS) as readonly Member[];

/** The members by number: to find their values by name would take as long as to read them. */
export const At = Object.fromEntries(MEMBER_NAMES.map((name, index) => [name, index])) as Readonly<
	Record<Member, number>
>;

const ENDS: readonly Member[] = ['side', 'local_addr', 'local_port', 'remote_addr', 'remote_port'];
export const TEXTS: readonly Member[] = ['request', 'response'];
/** A log that does not tell the outcome tells the answer. */
const RESULT: readonly Member[] = ['outcome', ...TEXTS];

/** Of every line: what the flow of records itself looks at. */
export const ALWAYS: readonly Member[] = ['start_time', 'end_time', 'protocol', 'side'];

/** The members that common fields follow from, besides those of every line. */
export const MEMBERS_OF: Readonly<Record<string, readonly Member[]>> = {
	ts: [],
	end_time: [],
	latency: ['total_duration_ms'],
	total_duration_ms: ['total_duration_ms'],
	protocol: [],
	side: ['side'],
	id: ['id', 'conn', ...ENDS],
	conn: ['conn', ...ENDS],
	local_ip: ['local_addr'],
	local_port: ['local_port'],
	remote_ip: ['remote_addr'],
	remote_port: ['remote_port'],
	client_ip: ENDS,
	client_port: ENDS,
	server_ip: ENDS,
	server_port: ENDS,
	pid: ['pid'],
	comm: ['pid', 'comm'],
	tls: ['is_ssl'],
	req_size: ['req_size_bytes'],
	resp_size: ['resp_size_bytes'],
	req_plain_size: ['req_plain_text_size_bytes'],
	resp_plain_size: ['resp_plain_text_size_bytes'],
	status: TEXTS,
	outcome: RESULT,
	failed: RESULT,
	answered: RESULT,
	error: [...RESULT, 'error'],
	request: [...TEXTS, 'req_size_bytes'],
	response: [...TEXTS, 'resp_size_bytes'],
	truncated: ['truncated'],
	remote_time: ['side', 'black_box_duration_ms'],
	internal_time: ['side', 'black_box_duration_ms'],
	black_box_duration_ms: ['black_box_duration_ms'],
	socket_time: ['read_socket_duration_ms'],
	read_socket_duration_ms: ['read_socket_duration_ms'],
	copy_time: ['copy_to_socket_buffer_duration_ms'],
	copy_to_socket_buffer_duration_ms: ['copy_to_socket_buffer_duration_ms'],
	stages: ['stages', 'schema_version'],
	iface: ['stages'],
	transport: ['transport'],
	remote_comm: ['remote_comm'],
};

/** The common fields that a log tells. */
export const isTold = (field: string): boolean => field in MEMBERS_OF;
