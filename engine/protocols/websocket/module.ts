import { HttpParser } from '../http/parser.ts';
import { detectStart } from '../http/start-line.ts';
import type { ParserHost, ProtocolModule } from '../protocol.ts';
import { WEBSOCKET_FIELDS } from './fields.ts';
import { textOf } from './logged-text.ts';

const NAME = 'websocket';

/** What HTTP is read for when its own exchanges are not wanted: the handshakes of WebSocket. */
const withoutHttp = (host: ParserHost): ParserHost => ({
	endpoint: host.endpoint,
	bodyBytes: host.bodyBytes,
	fields: host.fields,
	completeness: host.completeness,
	process: (tgid) => host.process(tgid),
	reads: (protocol) => protocol === NAME,
	isOlder: host.isOlder === true,
	get hasReset() {
		return host.hasReset === true;
	},
	get hasLetGo() {
		return host.hasLetGo === true;
	},
	emit: (exchange) => {
		if (exchange.protocol === NAME) host.emit(exchange);
	},
});

/** WebSocket begins as HTTP: where that is wanted too, its module comes first and hands over what is ours. */
export const websocket: ProtocolModule = {
	name: NAME,
	title: 'WebSocket',
	doc: 'One message, put together from its frames, or a control frame. The upgrade itself is an exchange of HTTP; where it was before the capture, the messages are of protocol unknown.',
	fields: WEBSOCKET_FIELDS,
	columns: ['ts', 'side', 'comm', 'remote_ip', 'path', 'direction', 'opcode', 'size'],
	detect: detectStart,
	fromTexts: textOf,
	open: (host, requests, fromStart) => new HttpParser(withoutHttp(host), requests, fromStart),
};
