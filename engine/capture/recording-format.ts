import packageFile from '../../package.json' with { type: 'json' };
import { STAGE_PARTS } from '../exchange/stage-parts.ts';
import { nodeZlib } from '../node-modules.ts';
import type { CaptureDemand } from './demand.ts';
import { ALIGNMENT } from './events.ts';
import { RecordingError } from './recording-error.ts';
import type { CaptureInfo } from './source.ts';

/*
 * A recording file:
 *
 *   "CIQREC1\n"   8 bytes
 *   length        u32, little-endian: of the header, which is padded so that the records begin at a multiple of 8
 *   header        JSON: RecordingHeader
 *   records       as in bpf/events.h, up to and including `end`; a `check` before every few of them
 */
const MAGIC = 'CIQREC1\n';
const ANY_MAGIC = /^CIQREC([1-9])\n$/;
/** Of the format: a reader refuses larger ones. */
const VERSION = 1;
/** Magic and length. */
export const PREFIX_BYTES = 12;
/** The demand of a query with a full scope has some kilobytes. */
const MAX_HEADER_BYTES = 1 << 20;

interface RecordingHeader {
	readonly version: number;
	readonly tool: string;
	/** Decimal: JSON numbers are doubles. */
	readonly startMono: string;
	readonly startWall: string;
	/** Infinity, which JSON has not, is "all". */
	readonly demand: unknown;
}

/**
 * The last member: CRC-32 of the text before it, in hexadecimal. Recordings that have it have checks, too; those of
 * earlier versions have neither, and earlier versions pass over both.
 */
const CRC_MEMBER = /,"crc":"([0-9a-f]{8})"\} *$/;

const ALL = 'all';
/** The parts of a demand that may be infinite; elsewhere the word is a word. */
const BYTE_LIMITS = new Set(['payloadBytes', 'bodyBytes']);

/** The bytes before the first record, and with what the CRC of every check begins. */
export const encodeHeader = ({ startMono, startWall, demand }: CaptureInfo): { bytes: Buffer; seed: number } => {
	const header: RecordingHeader = {
		version: VERSION,
		tool: `${packageFile.name} ${packageFile.version}`,
		startMono: String(startMono),
		startWall: String(startWall),
		demand,
	};
	const facts = JSON.stringify(header, (_, value: unknown) => (value === Number.POSITIVE_INFINITY ? ALL : value)).slice(
		0,
		-1,
	);
	const seed = nodeZlib().crc32(facts);
	const json = `${facts},"crc":"${seed.toString(16).padStart(8, '0')}"}`;
	const length = Buffer.byteLength(json);
	const padding = (ALIGNMENT - ((PREFIX_BYTES + length) % ALIGNMENT)) % ALIGNMENT;
	const size = Buffer.alloc(4);
	size.writeUInt32LE(length + padding);
	return { bytes: Buffer.concat([Buffer.from(MAGIC), size, Buffer.from(json), Buffer.alloc(padding, ' ')]), seed };
};

/** Whether a file that begins so is a recording, of any version. */
export const isRecording = (head: Buffer): boolean => ANY_MAGIC.test(head.toString('latin1', 0, MAGIC.length));

/** The length of the header, from the first PREFIX_BYTES of a file. */
export const decodePrefix = (prefix: Buffer, path: string): number => {
	const version = ANY_MAGIC.exec(prefix.toString('latin1', 0, MAGIC.length))?.[1];
	if (version === undefined) throw new RecordingError('not-a-recording', `${path} is not a recording of claudeinsight`);
	if (Number(version) > VERSION) throw newerVersion(path);
	if (prefix.length < PREFIX_BYTES) throw new RecordingError('damaged', `${path}: the recording ends in its header`);
	const length = prefix.readUInt32LE(MAGIC.length);
	if (length > MAX_HEADER_BYTES) throw new RecordingError('damaged', `${path}: the header of the recording is damaged`);
	return length;
};

/** What a header says; `seed` is null where the records have no checks. `path` is the name for messages. */
export const decodeHeader = (bytes: Buffer, path: string): { info: CaptureInfo; seed: number | null } => {
	const text = bytes.toString();
	const header = parseJson(text);
	if (isRecord(header) && typeof header.version === 'number' && header.version > VERSION) throw newerVersion(path);
	const seed = crcOf(text);
	if (!isHeader(header) || seed === false)
		throw new RecordingError('damaged', `${path}: the header of the recording is damaged`);
	const { startMono, startWall, demand } = header;
	return {
		info: { startMono: BigInt(startMono), startWall: BigInt(startWall), name: path, live: false, demand },
		seed,
	};
};

/** The CRC that a header has; null: none, false: a wrong one. */
const crcOf = (text: string): number | null | false => {
	const member = CRC_MEMBER.exec(text);
	if (member?.[1] === undefined) return null;
	const told = Number.parseInt(member[1], 16);
	return nodeZlib().crc32(text.slice(0, member.index)) === told && told;
};

const newerVersion = (path: string): RecordingError =>
	new RecordingError('newer-version', `${path} was recorded by a newer version of claudeinsight: update to read it`);

const parseJson = (text: string): unknown => {
	try {
		return JSON.parse(text, (key, value: unknown) => {
			if (value === ALL && BYTE_LIMITS.has(key)) return Number.POSITIVE_INFINITY;
			// The first recordings hold all stages or none.
			return typeof value === 'boolean' && key === 'stages' ? (value ? STAGE_PARTS : []) : value;
		});
	} catch {
		return null;
	}
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const DECIMAL = /^-?\d{1,20}$/;
const isDecimal = (value: unknown): value is string => typeof value === 'string' && DECIMAL.test(value);

const isDemand = (value: unknown): value is CaptureDemand =>
	isRecord(value) &&
	Array.isArray(value.scope) &&
	value.scope.every(isRecord) &&
	(value.protocols === null ||
		(Array.isArray(value.protocols) && value.protocols.every((name) => typeof name === 'string'))) &&
	typeof value.payloadBytes === 'number' &&
	typeof value.bodyBytes === 'number' &&
	Array.isArray(value.stages) &&
	value.stages.every((part) => STAGE_PARTS.some((known) => known === part));

const isHeader = (value: unknown): value is RecordingHeader & { readonly demand: CaptureDemand } =>
	isRecord(value) && isDecimal(value.startMono) && isDecimal(value.startWall) && isDemand(value.demand);
