import {
	type Address,
	cachedByAddress,
	formatAddress,
	inNet,
	type Net,
	parseAddress,
	parseNet,
} from '../../address.ts';
import { MAX_PORT } from '../../capture/ports.ts';
import type { ScalarFunction } from './function.ts';
import { text } from './text.ts';

/** Not routed on the public internet: RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291 (link-local), loopback. */
const PRIVATE_NETS: readonly Net[] = [
	'10.0.0.0/8',
	'172.16.0.0/12',
	'192.168.0.0/16',
	'100.64.0.0/10',
	'169.254.0.0/16',
	'127.0.0.0/8',
	'fc00::/7',
	'fe80::/10',
	'::1/128',
].flatMap((text) => parseNet(text) ?? []);

const isPrivate = cachedByAddress((address: Address) => PRIVATE_NETS.some((net) => inNet(address, net)));

const ADDRESS = { name: 'address', types: ['ip'] } as const;

export const NETWORK_FUNCTIONS: readonly ScalarFunction[] = [
	{
		name: 'is_private',
		doc: 'Whether the address is of a private, shared, link-local or loopback network',
		example: 'is_private(remote_ip)',
		parameters: [ADDRESS],
		result: 'bool',
		apply: ([ip]) => (typeof ip === 'string' ? isPrivate(ip) : null),
	},
	{
		name: 'network',
		doc: 'The network of so many bits that the address is in: network(remote_ip, 24)',
		example: 'network(remote_ip, 24)',
		parameters: [ADDRESS, { name: 'bits', types: ['int'] }],
		result: 'string',
		apply: ([ip, bits]) => parseNet(`${ip}/${bits}`)?.text ?? null,
	},
	{
		name: 'host',
		doc: 'The name or address in front of the port: host("example.com:8080")',
		example: 'host(req.headers.host)',
		parameters: [{ name: 'authority', types: ['string'] }],
		result: 'string',
		apply: ([authority]) => splitAuthority(text(authority)).host,
	},
	{
		name: 'port',
		doc: 'The port behind the name or address; null without one',
		example: 'port(host)',
		parameters: [{ name: 'authority', types: ['string'] }],
		result: 'int',
		apply: ([authority]) => splitAuthority(text(authority)).port,
	},
];

/** RFC 3986 section 3.2: an IPv6 address stands in brackets. */
const splitAuthority = (authority: string): { host: string; port: number | null } => {
	const bare = parseAddress(authority);
	if (bare !== null) return { host: formatAddress(bare), port: null };
	const [, host = authority, port] = /^(\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(authority) ?? [];
	const number = Number(port ?? Number.NaN);
	return { host: host.replace(/^\[(.*)\]$/, '$1'), port: number <= MAX_PORT ? number : null };
};
