import { formatAddress } from '../capture/address-text.ts';
import type { EventSink, Opening } from '../capture/event-sink.ts';
import { NO_TIMES, type StageRange } from '../exchange/stages.ts';
import type { Connections } from './connections.ts';
import { newDataEvent } from './data-event.ts';

/** What the assembler does besides. */
export interface SinkEvents {
	/** What comes when nobody reads any more shall not count as lost either. */
	readonly isRead: () => boolean;
	/** The last event: connections are still as they were. */
	readonly ending: (time: number) => void;
	readonly tick: (time: number) => void;
	readonly flush: () => void;
}

/** Takes events as calls, of sources that know nothing of processes or the kernel. */
export class AssemblerSink implements EventSink {
	readonly stages: boolean;
	readonly takesCounts: boolean;
	readonly datagrams: boolean;
	readonly #connections: Connections;
	readonly #events: SinkEvents;
	readonly #event = newDataEvent();
	/** As on the wire: local and remote address stand side by side. */
	readonly #addresses = Buffer.alloc(32);

	constructor(
		connections: Connections,
		{ stages, counts }: { readonly stages: boolean; readonly counts: boolean },
		events: SinkEvents,
	) {
		this.stages = stages;
		this.takesCounts = counts;
		this.datagrams = connections.takesUnknown;
		this.#connections = connections;
		this.#events = events;
	}

	open(time: number, opening: Opening): void {
		if (!this.#reach(time)) return;
		const { addresses, family } = opening;
		const bytes = this.#addresses;
		for (let word = 0; word < addresses.length; word++) bytes.writeInt32BE(addresses[word]!, 4 * word);
		// Each by name: to copy all but some takes V8 as long as the rest of it.
		this.#connections.open(opening.cookie, {
			localIp: formatAddress(bytes, 0, family),
			localPort: opening.localPort,
			remoteIp: formatAddress(bytes, 16, family),
			remotePort: opening.remotePort,
			netns: 0,
			role: opening.role,
			transport: opening.transport,
			openedAt: opening.openedAt,
			establishedAt: opening.establishedAt,
			inPos: opening.inPos,
			outPos: opening.outPos,
		});
	}

	packet(
		cookie: number,
		isIn: boolean,
		time: number,
		pos: number,
		len: number,
		rtt: number | null,
		iface: string | null,
	): void {
		const passed = isIn ? { received: time } : { sent: time, sentEnd: time };
		this.#stage(cookie, isIn, time, {
			pos,
			end: pos + len,
			kind: 'part',
			time,
			times: { ...NO_TIMES, ...passed, rtt },
			iface,
		});
	}

	retransmit(cookie: number, isIn: boolean, time: number, pos: number, len: number): void {
		this.#stage(cookie, isIn, time, { pos, end: pos + len, kind: 'retransmit', time, times: null, iface: null });
	}

	counts(cookie: number, time: number, rtt: number | null, retransmits: number): void {
		if (this.#reach(time)) this.#connections.get(cookie)?.facts.counted(rtt, retransmits);
	}

	data(
		cookie: number,
		isIn: boolean,
		time: number,
		since: number,
		pos: number,
		len: number,
		bytes: Buffer,
		start: number,
		captured: number,
	): void {
		if (!this.#reach(time)) return;
		const connection = this.#connections.taking(cookie, isIn, len, 0);
		if (connection === undefined) return;
		const event = this.#event;
		event.pos = pos;
		event.len = len;
		event.bytes = bytes;
		event.start = start;
		event.end = start + captured;
		event.lastEvent = start;
		event.firstTime = since;
		event.lastTime = time;
		event.lost = captured < len;
		connection.transfer(isIn ? 'in' : 'out', event, false);
	}

	state(
		cookie: number,
		time: number,
		newState: number,
		error: number,
		inEnd: number,
		outEnd: number,
		letGo: boolean,
	): void {
		if (!this.#reach(time)) return;
		if (letGo) this.#connections.get(cookie)?.letGo();
		this.#connections.state(cookie, newState, error, inEnd, outEnd);
	}

	close(cookie: number, time: number): void {
		if (this.#reach(time)) this.#connections.close(cookie, 0, 0);
	}

	tick(time: number): void {
		if (this.#reach(time)) this.#events.tick(time);
	}

	end(time: number): void {
		if (!this.#reach(time)) return;
		this.#events.ending(time);
		this.#connections.end();
		this.#events.tick(time);
	}

	flush(): void {
		this.#events.flush();
	}

	#stage(cookie: number, isIn: boolean, time: number, range: StageRange): void {
		if (!this.#reach(time) || !this.stages) return;
		const connection = this.#connections.get(cookie);
		if (connection?.ignored === false) connection.stage(isIn ? 'in' : 'out', range);
	}

	#reach(time: number): boolean {
		const isRead = this.#events.isRead();
		if (isRead) this.#connections.reach(time);
		return isRead;
	}
}
