/** What fields are called elsewhere: by packet filters, access logs, and other tools' columns; as the mend of a message. */
const OTHER_FIELDS: ReadonlyMap<string, string> = new Map([
	...same('client_ip', ['src', 'src_ip', 'srcip', 'saddr', 'source_ip', 'remote_addr', 'client', 'client_addr']),
	...same('server_ip', ['dst', 'dst_ip', 'dstip', 'daddr', 'dest_ip', 'destination_ip', 'server', 'server_addr']),
	...same('client_port', ['src_port', 'srcport', 'sport', 'source_port']),
	...same('server_port', ['port', 'dst_port', 'dstport', 'dport', 'dest_port', 'destination_port']),
	...same('remote_ip', ['ip', 'addr', 'address', 'peer']),
	...same('latency', [
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
	...same('path', ['uri', 'request_uri', 'endpoint', 'resource', 'url_path', 'request_path', 'http_path']),
	...same('status', ['code', 'response_code', 'http_status', 'statuscode', 'rc']),
	...same('method', ['verb', 'request_method', 'http_method']),
	...same('query_params', ['query', 'params', 'query_string', 'querystring', 'args']),
	...same('protocol', ['proto', 'app']),
	...same('ts', ['time', 'timestamp', '_time', 'datetime']),
	...same('resp_size', ['bytes', 'bytes_sent', 'body_bytes_sent', 'length', 'response_size', 'response_length']),
	...same('req_size', ['request_size', 'request_length', 'bytes_received']),
	...same('comm', ['process', 'process_name', 'program', 'cmd', 'command_name', 'command']),
]);

/** Names with parts: of tshark, Kubeshark and the Elastic Common Schema. */
const DOTTED_FIELDS: ReadonlyMap<string, string> = new Map([
	...same('path', ['http.request.uri', 'http.request.uri.path', 'http.request.path', 'url.path']),
	...same('url', ['http.request.full_uri', 'url.full', 'url.original']),
	...same('query_params', ['http.request.uri.query', 'url.query']),
	...same('host', ['url.domain']),
	...same('method', ['http.request.method']),
	...same('version', ['http.request.version', 'http.response.version']),
	...same('status', ['http.response.code', 'http.response.status', 'http.response.status_code']),
	...same('reason', ['http.response.phrase']),
	...same('latency', ['http.time', 'event.duration']),
	...same('client_ip', ['ip.src', 'ipv6.src', 'src.ip', 'source.ip', 'client.ip']),
	...same('server_ip', ['ip.dst', 'ipv6.dst', 'dst.ip', 'destination.ip', 'server.ip']),
	...same('remote_ip', ['ip.addr', 'ipv6.addr']),
	...same('client_port', ['tcp.srcport', 'src.port', 'source.port', 'client.port']),
	...same('server_port', ['tcp.port', 'tcp.dstport', 'dst.port', 'destination.port', 'server.port']),
	...same('conn', ['tcp.stream']),
	...same('ts', ['frame.time', 'frame.time_epoch']),
	...same('comm', ['process.name']),
	...same('pid', ['process.pid']),
	...same('user_agent', ['user_agent.original']),
]);

function same(here: string, names: readonly string[]): (readonly [string, string])[] {
	return names.map((name) => [name, here]);
}

/** The field that is meant by a name with parts, as `http.request.uri`; null where none is known. */
export const dottedFieldElsewhere = (name: string): string | null => DOTTED_FIELDS.get(name.toLowerCase()) ?? null;

/** The field that is meant by a name of another tool; null where none is known. */
export const fieldElsewhere = (name: string): string | null => OTHER_FIELDS.get(name.toLowerCase()) ?? null;
