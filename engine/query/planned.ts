/** Protocols that people ask for and this version does not read. */
export const PLANNED_PROTOCOLS: ReadonlySet<string> = new Set([
	...[
		'http2',
		'grpc',
		'redis',
		'mysql',
		'postgresql',
		'mongodb',
		'kafka',
		'rocketmq',
		'amqp',
		'dns',
		'ldap',
		'tls',
		'https',
	],
]);

/** Fields of the language that need an identity, or a protocol, which this version does not know. */
export const PLANNED_FIELDS: ReadonlyMap<string, string> = new Map([
	...['container', 'remote_container', 'pod', 'namespace', 'node'].map(
		(name) => [name, 'containers and pods are not known'] as const,
	),
	...['sni', 'alpn', 'tls_version', 'cipher', 'tls_reason'].map((name) => [name, 'TLS is not read'] as const),
]);
