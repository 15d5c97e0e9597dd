/** What fields are called elsewhere: by packet filters, access logs, and other tools' columns; as the mend of a message. */
const OTHER_FIELDS: ReadonlyMap<string, string> = new Map([
	...same('client_ip', ['src', 'src_ip', 'srcip', 'saddr', 'source_ip', 'remote_addr', 'client', 'client_addr']),
	...same('server_ip', ['dst', 'dst_ip', 'dstip', 'daddr', 'dest_ip', 'destination_ip', 'server', 'server_addr']),
	...same('client_port', ['src_port', 'srcport', 'sport', 'source_port']),
	...same('server_port', ['port', 'dst_port', 'dstport', 'dport', 'dest_port', 'destination_port']),
	...same('remote_ip', ['ip', 'addr', 'address', 'peer']),
	...same('latency', ['duration', 'elapsed', 'response_time', 'request_time', 'resp_time', 'rt', 'took', 'time_taken']),
	...same('path', ['uri', 'request_uri', 'endpoint', 'resource']),
	...same('status', ['code', 'response_code', 'http_status', 'statuscode', 'rc']),
	...same('method', ['verb', 'request_method', 'http_method']),
	...same('protocol', ['proto', 'app']),
	...same('ts', ['time', 'timestamp', '_time', 'datetime']),
	...same('resp_size', ['bytes', 'bytes_sent', 'body_bytes_sent', 'length', 'response_size', 'response_length']),
	...same('req_size', ['request_size', 'request_length', 'bytes_received']),
	...same('comm', ['process', 'process_name', 'program', 'cmd', 'command_name']),
]);

function same(here: string, names: readonly string[]): (readonly [string, string])[] {
	return names.map((name) => [name, here]);
}

/** The field that is meant by a name of another tool; null where none is known. */
export const fieldElsewhere = (name: string): string | null => OTHER_FIELDS.get(name.toLowerCase()) ?? null;
