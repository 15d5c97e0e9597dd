import { RecordingWriter } from '../../engine/capture/recording-writer.ts';
import * as events from '../support/events.ts';

/** Paths of a conversation a second, from addresses of their own; the one to /slow takes 300 ms longer. */
const PATHS = ['/api/items', '/api/slow', '/static/logo', '/api/pay', '/api/items'];

const head = (path: string): string => `GET ${path}?q=1 HTTP/1.1\r\nHost: shop.example\r\n\r\n`;

function conversation(path: string, index: number, body: string): Buffer[] {
	const cookie = index + 1;
	const time = 1e6 + index * 1e9;
	const took = path === '/api/slow' ? 300e6 : 2e6;
	const status = path === '/api/pay' ? '500 Internal Server Error' : '200 OK';
	const end = { cookie, role: 'server', local: '127.0.0.1', localPort: 8080 } as const;
	return [
		events.open({ ...end, time, remote: `127.0.0.${2 + (index % 3)}`, remotePort: 40_000 + index }),
		events.data({ time, cookie, direction: 'in', pos: events.CLIENT_POS, bytes: head(path) }),
		events.data({
			time: time + took,
			cookie,
			direction: 'out',
			pos: events.SERVER_POS,
			bytes: `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
		}),
		events.close(time + took, cookie),
	];
}

/** Writes a recording of five exchanges at the server's end, one a second, begun `later` ns after the usual time. */
export function writeRecording(path: string, payloadBytes?: number, later = 0n, body = 'ok'): void {
	const records = [
		...PATHS.flatMap((target, index) => conversation(target, index, body)),
		events.tick(10e9),
		events.end(10e9),
	];
	const info = events.captureInfo(payloadBytes);
	const writer = new RecordingWriter(path, { ...info, startWall: info.startWall + later }, (error) => {
		throw error;
	});
	for (const record of records) writer.write(record, record.length);
	writer.close();
}
