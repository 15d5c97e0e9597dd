import { nearest } from '../../../grammar/suggest.ts';
import { MAX_PORT } from '../../capture/ports.ts';
import type { Field, Value } from '../../exchange/field.ts';

/** Why no row meets `field == value`, and the text that was probably meant. */
export interface NeverTrue {
	readonly message: string;
	readonly meant: string | null;
}

/** Fields of few values: another one can never be equal. */
export const FIELD_VALUES: ReadonlyMap<string, readonly string[]> = new Map([
	['side', ['client', 'server']],
	['outcome', ['ok', 'error', 'reset', 'refused', 'closed', 'timeout', 'waiting', 'unknown']],
]);

/** Numbers in which a slip of the finger shows; of pids PID_MAX_LIMIT of include/linux/threads.h. */
const FIELD_MAXIMA: ReadonlyMap<string, number> = new Map([
	...['local_port', 'remote_port', 'client_port', 'server_port'].map((name) => [name, MAX_PORT] as const),
	['pid', 4_194_304],
]);

/** TASK_COMM_LEN of include/linux/sched.h, without the byte that ends it. */
const COMM_BYTES = 15;

/** Texts of another form than those of the field. */
const otherForm = (name: string, value: string): NeverTrue | null => {
	if (name === 'method' && /^[a-z]+$/.test(value)) {
		const message = 'methods are written in capitals (RFC 9110, 9.1), and compared as they are';
		return { message, meant: value.toUpperCase() };
	}
	if (name === 'protocol' && value !== value.toLowerCase()) {
		const message = 'names of protocols are written in small letters here, in JSON with capitals';
		return { message, meant: value.toLowerCase() };
	}
	if ((name === 'comm' || name === 'remote_comm') && Buffer.byteLength(value) > COMM_BYTES) {
		const message = `the kernel keeps ${COMM_BYTES} bytes of a name; \`exe_name\` is the whole one of the program`;
		return { message, meant: Buffer.from(value).toString('utf8', 0, COMM_BYTES) };
	}
	if (name === 'route' && /\/\d+(?=\/|$)/.test(value)) {
		const message = 'a route has `:id` in place of digits; `path` has them';
		return { message, meant: value.replace(/(?<=\/)\d+(?=\/|$)/g, ':id') };
	}
	if (name === 'path' && value.includes('?'))
		return { message: '`path` is without the query string', meant: value.slice(0, value.indexOf('?')) };
	return null;
};

/** Null where a row may meet it. */
export const neverTrue = ({ name, values = FIELD_VALUES.get(name) }: Field, value: Value): NeverTrue | null => {
	if (typeof value === 'number') {
		const max = FIELD_MAXIMA.get(name);
		if (max === undefined || (value >= 0 && value <= max)) return null;
		return { message: `this is never true: \`${name}\` is at most ${max}, and not negative`, meant: null };
	}
	if (typeof value !== 'string') return null;
	const other = otherForm(name, value);
	if (other !== null) return other;
	if (values === undefined || values.includes(value)) return null;
	return {
		message: `this is never true: \`${name}\` is one of ${values.join(', ')}`,
		meant: nearest(value, values),
	};
};
