import { ROOT, type Running, start } from './tool.ts';

/* The library ws as server and client: programs of their own, started with a port. */

/** Sends everything back, compressed where that was agreed. */
export const SERVER = `
const { WebSocketServer } = require('ws');
const options = { host: '127.0.0.1', port: Number(process.argv[1]), perMessageDeflate: { threshold: 0 } };
const server = new WebSocketServer(options, () => console.log('up'));
server.on('connection', (socket) => socket.on('message', (data, binary) => socket.send(data, { binary })));
`;

/** A message in three fragments, a ping, another message that refers back to the first, a close. */
export const CLIENT = `
const { once } = require('node:events');
const { WebSocket } = require('ws');
const socket = new WebSocket('ws://127.0.0.1:' + process.argv[1] + '/ws?room=2', { perMessageDeflate: { threshold: 0 } });
const run = async () => {
	await once(socket, 'open');
	socket.send('the quick ', { fin: false });
	socket.send('brown ', { fin: false });
	socket.send('fox', { fin: true });
	await once(socket, 'message');
	socket.ping('are you there');
	await once(socket, 'pong');
	socket.send('the quick brown fox, the quick brown fox, the quick brown fox');
	await once(socket, 'message');
	socket.close(3001, 'enough');
	await once(socket, 'close');
};
run();
`;

export const script = (text: string, port: number): Running =>
	start(process.execPath, ['-e', text, String(port)], { cwd: ROOT });
