import { connectionName } from '../../connection/tuple.ts';
import type { Endpoint } from '../exchange.ts';
import type { LogLine } from './log-line.ts';
import { At } from './members.ts';

/** The observed end as a line of a log tells it. */
export class LoggedEndpoint implements Endpoint {
	readonly netns = 0;
	readonly connectTime = null;
	readonly #line: LogLine;

	constructor(line: LogLine) {
		this.#line = line;
	}

	/** Of a log that does not tell it, the name of the tuple: its uses one after the other are one connection. */
	get conn(): string {
		const { localIp, localPort, remoteIp, remotePort } = this;
		return (
			this.#line.text(At.conn) ?? connectionName({ ip: localIp, port: localPort }, { ip: remoteIp, port: remotePort })
		);
	}

	get side(): Endpoint['side'] {
		const side = this.#line.text(At.side);
		return side === 'client' || side === 'server' ? side : null;
	}

	get transport(): 'tcp' | 'udp' {
		return this.#line.text(At.transport) === 'udp' ? 'udp' : 'tcp';
	}

	get localIp(): string {
		return this.#line.text(At.local_addr) ?? '';
	}

	get localPort(): number {
		return this.#line.number(At.local_port) ?? 0;
	}

	get remoteIp(): string {
		return this.#line.text(At.remote_addr) ?? '';
	}

	get remotePort(): number {
		return this.#line.number(At.remote_port) ?? 0;
	}
}
