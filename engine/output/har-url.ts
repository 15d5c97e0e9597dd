import { protocolField } from '../exchange/catalog.ts';
import { ipOf, portOf } from '../exchange/common-fields.ts';
import type { Exchange } from '../exchange/exchange.ts';

const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\//i;
/** What no URI has: other characters than RFC 3986 allows, and a percent sign without two digits. */
const NOT_ALLOWED = /[^\w\-.~:/?#[\]@!$&'()*+,;=%]|%(?![0-9a-f]{2})/giu;

/** The ends of a connection whose roles are not known: the observed one is the server. */
const serverOf = ({ endpoint }: Exchange): string => {
	const ip = ipOf('server', endpoint) ?? endpoint.localIp;
	const port = portOf('server', endpoint) ?? endpoint.localPort;
	return `${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
};

/**
 * The target of a request as an absolute URI (RFC 9112, 3.3): of one without a host by the address of its server; what a URI
 * may not hold is percent-encoded.
 */
export const absoluteUrl = (exchange: Exchange): string => {
	const [url, host] = ['url', 'host'].map((name) => String(protocolField('http', name)?.get(exchange) ?? ''));
	// The asterisk stands for the server itself, and so does an authority alone.
	const absolute = ABSOLUTE.test(url)
		? url
		: url.startsWith('/') || url === '' || url === '*'
			? `http://${host || serverOf(exchange)}${url === '*' ? '' : url}`
			: `http://${url}`;
	return absolute.replace(NOT_ALLOWED, (character) => encodeURIComponent(character));
};
