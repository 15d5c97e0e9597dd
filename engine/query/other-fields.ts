import { synonyms } from './synonyms.ts';

/** What fields are called elsewhere: by packet filters, access logs, and other tools' columns; as the mend of a message. */
const OTHER_FIELDS: ReadonlyMap<string, string> = new Map([
	...synonyms('client_ip', ['src', 'src_ip', 'srcip', 'saddr', 'source_ip', 'remote_addr', 'client', 'client_addr']),
	...synonyms('server_ip', ['dst', 'dst_ip', 'dstip', 'daddr', 'dest_ip', 'destination_ip', 'server', 'server_addr']),
	...synonyms('client_port', ['src_port', 'srcport', 'sport', 'source_port']),
	...synonyms('server_port', ['port', 'dst_port', 'dstport', 'dport', 'dest_port', 'destination_port']),
	...synonyms('remote_ip', ['ip', 'addr', 'address', 'peer']),
	...synonyms('latency', [
		'duration',
		'elapsed',
		'response_time',
		'request_time',
		'resp_time',
		'rt',
		'took',
		'time_taken',
		'elapsedtime',
		'total_time',
	]),
	...synonyms('path', ['uri', 'request_uri', 'endpoint', 'resource', 'url_path', 'request_path', 'http_path']),
	...synonyms('status', ['code', 'response_code', 'http_status', 'statuscode', 'rc']),
	...synonyms('method', ['verb', 'request_method', 'http_method']),
	...synonyms('query_params', ['query', 'params', 'query_string', 'querystring', 'args']),
	...synonyms('protocol', ['proto', 'app']),
	...synonyms('ts', ['time', 'timestamp', '_time', 'datetime']),
	...synonyms('resp_size', ['bytes', 'bytes_sent', 'body_bytes_sent', 'length', 'response_size', 'response_length']),
	...synonyms('req_size', ['request_size', 'request_length', 'bytes_received']),
	...synonyms('comm', ['process', 'process_name', 'program', 'cmd', 'command_name', 'command']),
]);

/** Names with parts: of tshark, Kubeshark and the Elastic Common Schema. */
const DOTTED_FIELDS: ReadonlyMap<string, string> = new Map([
	...synonyms('path', ['http.request.uri', 'http.request.uri.path', 'http.request.path', 'url.path']),
	...synonyms('url', ['http.request.full_uri', 'url.full', 'url.original']),
	...synonyms('query_params', ['http.request.uri.query', 'url.query']),
	...synonyms('host', ['url.domain']),
	...synonyms('method', ['http.request.method']),
	...synonyms('version', ['http.request.version', 'http.response.version']),
	...synonyms('status', ['http.response.code', 'http.response.status', 'http.response.status_code']),
	...synonyms('reason', ['http.response.phrase']),
	...synonyms('latency', ['http.time', 'event.duration']),
	...synonyms('client_ip', ['ip.src', 'ipv6.src', 'src.ip', 'source.ip', 'client.ip']),
	...synonyms('server_ip', ['ip.dst', 'ipv6.dst', 'dst.ip', 'destination.ip', 'server.ip']),
	...synonyms('remote_ip', ['ip.addr', 'ipv6.addr']),
	...synonyms('client_port', ['tcp.srcport', 'src.port', 'source.port', 'client.port']),
	...synonyms('server_port', ['tcp.port', 'tcp.dstport', 'dst.port', 'destination.port', 'server.port']),
	...synonyms('conn', ['tcp.stream']),
	...synonyms('ts', ['frame.time', 'frame.time_epoch']),
	...synonyms('comm', ['process.name']),
	...synonyms('pid', ['process.pid']),
	...synonyms('user_agent', ['user_agent.original']),
]);

/** The field that is meant by a name with parts, as `http.request.uri`; null where none is known. */
export const dottedFieldElsewhere = (name: string): string | null => DOTTED_FIELDS.get(name.toLowerCase()) ?? null;

/** The field that is meant by a name of another tool; null where none is known. */
export const fieldElsewhere = (name: string): string | null => OTHER_FIELDS.get(name.toLowerCase()) ?? null;
