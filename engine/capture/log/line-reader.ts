import type { Value } from '../../exchange/field.ts';
import { logDemandOf } from '../../exchange/logged/log-demand.ts';
import { type LineValue, type LineValues, LogLine, type Slots } from '../../exchange/logged/log-line.ts';
import { hasOwnMembers } from '../../exchange/logged/logged-exchange.ts';
import { ALWAYS, isTold, MEMBER_NAMES, MEMBERS, type Member, type MemberKind } from '../../exchange/logged/members.ts';
import { type CaptureDemand, WHOLE } from '../demand.ts';
import { canonicalAddress } from './address-member.ts';
import { CLOSE_OBJECT, COMMA, endOfValue, isBlank, OPEN_OBJECT, QUOTE, skipBlanks } from './json-scan.ts';
import { LinePlaces } from './line-places.ts';
import { bounded, isPort, MemberReader, parsed } from './member-reader.ts';

/** Makes lines of a log of their bytes: what is asked for of each, and of those that may be shown the rest, too. */
export class LineReader {
	readonly #places: LinePlaces;
	readonly #keeps: boolean;
	/** Fields of protocols are asked for. */
	readonly #asksOwn: boolean;
	readonly #wanted: readonly Member[];
	readonly #slots: Slots;
	readonly #kinds: readonly MemberKind[];
	readonly #startTime: number;
	readonly #endTime: number;
	readonly #protocol: number;
	/** -1 where what may be missing is not asked for. */
	readonly #truncated: number;
	/** A bit for each of the wanted ones, of which a number has room for 31; those of every line, and of the times. */
	readonly #all: number;
	readonly #always: number;
	readonly #times: number;
	readonly #members: MemberReader;
	readonly #startSeconds: number;
	readonly #startNs: number;
	#bytes: Buffer = Buffer.alloc(0);
	#view: DataView = new DataView(new ArrayBuffer(0));
	/** Lines of that protocol may be asked for members that were not read. */
	#keepsLines: boolean;
	readonly #leastLatency: number;
	#values: LineValues = [];
	/** Of the line that was read last: what it calls its protocol. */
	protocol = '';
	/** Its times, ns since the start of the capture. */
	startTime = 0;
	endTime = 0;
	/** It took less than is asked for: no more than what every line has was read of it. */
	isQuick = false;
	/** Lines that were made whose messages were not captured whole, of those that may miss what is asked for. */
	truncated = 0;
	readonly #onTruncated = (): void => void this.truncated++;

	/** Times count from `startWall`; `tellsTruncated`: lines say whether all was captured. */
	constructor({ fields = [WHOLE], leastLatency = 0 }: CaptureDemand, startWall: bigint, tellsTruncated: boolean) {
		const demand = logDemandOf(fields, tellsTruncated);
		const wanted: readonly Member[] = [...demand.members];
		this.#members = new MemberReader(demand);
		this.#places = new LinePlaces(wanted);
		this.#wanted = wanted;
		this.#slots = Int8Array.from(MEMBER_NAMES, (name) => wanted.indexOf(name));
		this.#kinds = wanted.map((name) => MEMBERS[name]);
		this.#startTime = wanted.indexOf('start_time');
		this.#endTime = wanted.indexOf('end_time');
		this.#protocol = wanted.indexOf('protocol');
		this.#truncated = wanted.indexOf('truncated');
		this.#all = 2 ** wanted.length - 1;
		this.#always = 2 ** ALWAYS.length - 1;
		this.#times = (1 << this.#startTime) | (1 << this.#endTime);
		this.#leastLatency = leastLatency;
		this.#keeps = fields.includes(WHOLE);
		this.#keepsLines = this.#keeps;
		this.#asksOwn = fields.some((field) => field !== WHOLE && !isTold(field));
		this.#startSeconds = Number(startWall / 1_000_000_000n);
		this.#startNs = Number(startWall % 1_000_000_000n);
	}

	/** The next lines are of these bytes. */
	open(bytes: Buffer): void {
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		this.#members.open(bytes, this.#view);
	}

	/** Reads the line `[start, end)` without its newline; false when it is no exchange. `whole`: all of it is to be right. */
	read(start: number, end: number, whole: boolean): boolean {
		this.isQuick = false;
		const values = (!whole && this.#scan(start, end)) || this.#parse(start, end);
		if (values === null) return false;
		const protocol = values[this.#protocol];
		if (typeof protocol !== 'string') return false;
		this.#values = values;
		this.#readTimes();
		if (this.endTime < this.startTime) return false;
		if (protocol !== this.protocol) {
			this.protocol = protocol;
			this.#keepsLines = this.#keeps || (this.#asksOwn && hasOwnMembers(protocol));
		}
		return true;
	}

	/** The line that was read last. */
	line(start: number, end: number): LogLine {
		const bytes = this.#keepsLines ? Buffer.from(this.#bytes.subarray(start, end)) : null;
		if (this.#truncated !== -1 && this.#values[this.#truncated] === true) this.truncated++;
		return new LogLine(this.#values, this.#slots, this.startTime, this.endTime, bytes, this.#onTruncated);
	}

	isBlank(start: number, end: number): boolean {
		return skipBlanks(this.#bytes, start, end) === end;
	}

	/**
	 * Reads no more of a line than is asked for, walking along the names of the outermost object; null when it is written in an
	 * unusual way.
	 */
	#scan(start: number, end: number): LineValues | null {
		const bytes = this.#bytes;
		const view = this.#view;
		const places = this.#places.all;
		const members = this.#members;
		const values = new Array<LineValue>(this.#wanted.length);
		/** A bit for each of the wanted ones that was found. */
		let seen = 0;
		if (bytes[start] !== OPEN_OBJECT || bytes[end - 1] !== CLOSE_OBJECT) {
			start = skipBlanks(bytes, start, end);
			if (bytes[start] !== OPEN_OBJECT || !endsAsObject(bytes, end)) return null;
		}
		let at = start + 1;
		for (let next = 0; ; next++) {
			if (bytes[at] !== QUOTE) at = skipBlanks(bytes, at, end);
			let place = places[next];
			const isExpected = place?.text.isAt(view, at, end) === true;
			let behind: number;
			if (isExpected && place.repeats) {
				behind = at + place.text.length - 1;
				if (place.slot !== -1) values[place.slot] = place.value;
			} else {
				let value: number;
				if (isExpected) value = at + place.text.length;
				else {
					value = this.#places.find(bytes, at, end);
					if (value === -1) return null;
					next = this.#places.found;
					place = places[next]!;
				}
				if (isBlank(bytes[value])) value = skipBlanks(bytes, value, end);
				if (place.kind === null) behind = endOfValue(bytes, value, end);
				else {
					behind = members.read(place, value, end, (seen | (1 << place.slot)) === this.#all);
					values[place.slot] = members.value;
				}
				if (behind === -1) return null;
				if (!place.isSettled && bytes[behind] === COMMA) place.learn(bytes, at, behind + 1, members.value);
			}
			if (place.slot !== -1) {
				// Of a name that comes twice parsers take one or the other.
				seen |= 1 << place.slot;
				if (seen === this.#all) return values;
				if (seen === this.#always && this.#leastLatency > 0) {
					this.#readTimes();
					this.isQuick = this.endTime - this.startTime < this.#leastLatency;
					if (this.isQuick) return values;
				}
			}
			if (bytes[behind] !== COMMA) {
				behind = skipBlanks(bytes, behind, end);
				if (bytes[behind] === CLOSE_OBJECT)
					return (seen & this.#times) === this.#times && skipBlanks(bytes, behind + 1, end) === end ? values : null;
				if (bytes[behind] !== COMMA || behind >= end) return null;
			}
			at = behind + 1;
		}
	}

	#readTimes(): void {
		this.startTime = this.#members.start.since(this.#startSeconds, this.#startNs);
		this.endTime = this.#members.end.since(this.#startSeconds, this.#startNs);
	}

	/** Reads a line in the plain way; null when it is no document, or what is asked for is of a wrong kind. */
	#parse(start: number, end: number): LineValues | null {
		const document = parsed(this.#bytes, start, end);
		if (typeof document !== 'object' || document === null || Array.isArray(document)) return null;
		const values = new Array<LineValue>(this.#wanted.length).fill(undefined);
		for (const [slot, name] of this.#wanted.entries()) {
			const value = (document as Readonly<Record<string, Value | undefined>>)[name];
			if (slot !== this.#startTime && slot !== this.#endTime)
				values[slot] = this.#kinds[slot] === 'json' ? bounded(value) : value;
			if (!this.#isOfKind(value, slot)) return null;
			if (this.#kinds[slot] === 'address' && typeof value === 'string') values[slot] = canonicalAddress(value);
		}
		return values;
	}

	#isOfKind(value: Value | undefined, slot: number): boolean {
		if (slot === this.#startTime) return typeof value === 'string' && this.#members.start.readText(value);
		if (slot === this.#endTime) return typeof value === 'string' && this.#members.end.readText(value);
		if (value === undefined || value === null) return true;
		const kind = this.#kinds[slot]!;
		const type = TYPES[kind];
		if (type !== null && typeof value !== type) return false;
		return kind === 'port' ? isPort(value) : kind !== 'size' || Number(value) >= 0;
	}
}

/** Of what JSON.parse gives; null: each will do. */
const TYPES: Readonly<Record<MemberKind, 'string' | 'number' | 'boolean' | null>> = {
	time: 'string',
	string: 'string',
	address: 'string',
	text: 'string',
	number: 'number',
	size: 'number',
	port: 'number',
	bool: 'boolean',
	json: null,
};

/** The end of a line that was cut off, or of two that were mixed, mostly looks otherwise. */
const endsAsObject = (bytes: Buffer, end: number): boolean => {
	let last = end - 1;
	while (last > 0 && isBlank(bytes[last])) last--;
	return bytes[last] === CLOSE_OBJECT;
};
