import { closeSync, openSync, readSync } from 'node:fs';

/*
 * What the lines of a log cost without a query: `newlines` finds their ends, `parse` makes an object of each and answers one
 * of the questions from it.
 */
const [, , what = 'newlines', path = ''] = process.argv;
const CHUNK_BYTES = 256 << 10;

interface Document {
	readonly start_time: string;
	readonly end_time: string;
	readonly remote_addr: string;
	readonly total_duration_ms: number;
	readonly resp_size_bytes: number;
	readonly request: string;
	readonly response: string;
}

function forEachChunk(take: (bytes: Buffer) => void): void {
	const file = openSync(path, 'r');
	const bytes = Buffer.alloc(CHUNK_BYTES);
	for (let count = readSync(file, bytes); count > 0; count = readSync(file, bytes)) take(bytes.subarray(0, count));
	closeSync(file);
}

function forEachDocument(take: (document: Document) => void): void {
	let rest = '';
	forEachChunk((bytes) => {
		const lines = (rest + bytes.toString()).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) take(JSON.parse(line));
	});
}

const pathOf = ({ request }: Document): string => request.split(' ', 2)[1]?.split('?', 1)[0] ?? '';

const ANSWERS: Readonly<Record<string, () => unknown>> = {
	newlines: () => {
		let lines = 0;
		forEachChunk((bytes) => {
			for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines++;
		});
		return lines;
	},
	Q1: () => {
		let rows = 0;
		forEachDocument((one) => {
			if (pathOf(one).includes('/api/') && one.total_duration_ms > 20) rows++;
		});
		return rows;
	},
	Q2: () => {
		const groups = new Map<string, number[]>();
		let bytes = 0;
		forEachDocument((one) => {
			const all = groups.get(one.remote_addr);
			if (all === undefined) groups.set(one.remote_addr, [one.total_duration_ms]);
			else all.push(one.total_duration_ms);
			bytes += one.resp_size_bytes;
		});
		const worst = [...groups.values()].map((all) => Math.max(...all));
		return [groups.size, bytes, Math.max(...worst)];
	},
	Q3: () => {
		let top: Document[] = [];
		forEachDocument((one) => {
			if (top.length === 10 && one.resp_size_bytes <= (top[9]?.resp_size_bytes ?? 0)) return;
			top = [...top, one].sort((a, b) => b.resp_size_bytes - a.resp_size_bytes).slice(0, 10);
		});
		return top.map((one) => one.resp_size_bytes);
	},
	Q4: () => {
		const windows = new Map<number, { count: number; errors: number }>();
		forEachDocument((one) => {
			const at = Math.floor(Date.parse(one.end_time) / 5000);
			const window = windows.get(at) ?? { count: 0, errors: 0 };
			window.count++;
			if (Number(one.response.slice(9, 12)) >= 500) window.errors++;
			windows.set(at, window);
		});
		return [...windows].sort(([a], [b]) => a - b).map(([, { count, errors }]) => [count, errors]);
	},
};

console.log(JSON.stringify(ANSWERS[what]?.()));
