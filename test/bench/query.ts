import { Subject } from 'rxjs';
import { newCompleteness } from '../../engine/completeness.ts';
import type { Exchange } from '../../engine/exchange/exchange.ts';
import type { Signal } from '../../engine/query/signal.ts';
import { exchange, MS } from '../support/exchanges.ts';
import { planOf, START_WALL } from '../support/query.ts';

/*
 * Exchanges per second through a filter, a projection, a tumbling window and a grouped p99, and through a loop written by
 * hand that computes the same from the same objects: the ratio is what the language costs. Then other queries, without one.
 */
const EXCHANGES = 1_000_000;
const BATCH = 512;
const ROUNDS = 5;
const WINDOW = 5000 * MS;
const QUERY =
	'watch http where latency >= 1ms and local_port == 8080 | select end_time, remote_ip, latency | stat count(), avg(latency), p99(latency), max(latency) by remote_ip 5s';
const OTHERS = [
	'watch http | stat count(), p50(latency), p99(latency) by route, method 5s',
	'watch http | top 10 by latency',
	'watch http where path ~ "^/api/.*[0-9]$" | select ts, path, latency',
	'watch http | stat p99(latency) by remote_ip over 1m every 5s',
];

/** 20,000 exchanges a second, of which nine in ten pass the filter: windows of 90,000 rows. */
const spread = EXCHANGES / 20_000;
const distinct = Array.from({ length: 1000 }, (_, n) =>
	exchange({ latency: (((n * 7919) % 100) + 1) * 0.1 * MS, endpoint: { remoteIp: `10.0.0.${n % 20}` } }),
);
const copyOf = <T extends object>(one: T, changes: Partial<T>): T =>
	Object.assign(Object.create(Object.getPrototypeOf(one)), one, changes);
const batches: readonly Exchange[][] = Array.from({ length: Math.ceil(EXCHANGES / BATCH) }, (_, batch) =>
	Array.from({ length: BATCH }, (_, at) => {
		const n = batch * BATCH + at;
		const one = distinct[n % distinct.length]!;
		const end = (n / EXCHANGES) * spread * 1e9;
		const request = copyOf(one.request, { firstTime: end - (one.endTime - one.startTime) });
		return copyOf(one, { endTime: end, request });
	}),
);

const viaQuery = async (query: string): Promise<{ seconds: number; rows: number }> => {
	const plan = await planOf(query);
	const source = new Subject<Signal>();
	const info = { startMono: 0n, startWall: START_WALL, name: 'bench', live: true, demand: plan.demand };
	const context = { info, completeness: newCompleteness(), warn: () => {}, refreshEvery: null };
	let rows = 0;
	plan.run(source, context).subscribe((signal) => {
		if (signal.kind === 'table') rows += signal.rows.length;
	});
	const start = process.cpuUsage();
	for (const batch of batches) source.next({ kind: 'rows', rows: batch });
	source.complete();
	return { seconds: cpuSince(start), rows };
};

const byHand = (): { seconds: number; rows: number } => {
	let rows = 0;
	let current = -1;
	let groups = new Map<string, number[]>();
	const close = (): void => {
		for (const values of groups.values()) {
			const sorted = Float64Array.from(values).sort();
			const rank = (sorted.length - 1) * 0.99;
			const low = sorted[Math.floor(rank)]!;
			const p99 = low + (sorted[Math.ceil(rank)]! - low) * (rank % 1);
			let sum = 0;
			for (const value of values) sum += value;
			if (sum / values.length + p99 + sorted.at(-1)! > 0) rows++;
		}
		groups = new Map();
	};
	const start = process.cpuUsage();
	for (const batch of batches) {
		for (const one of batch) {
			const latency = one.endTime - one.startTime;
			if (latency < MS || one.endpoint.localPort !== 8080) continue;
			const window = Math.floor(one.endTime / WINDOW);
			if (window !== current) {
				close();
				current = window;
			}
			const group = groups.get(one.endpoint.remoteIp);
			if (group === undefined) groups.set(one.endpoint.remoteIp, [latency]);
			else group.push(latency);
		}
	}
	close();
	return { seconds: cpuSince(start), rows };
};

const cpuSince = (start: NodeJS.CpuUsage): number => {
	const { user, system } = process.cpuUsage(start);
	return (user + system) / 1e6;
};

let query = Number.POSITIVE_INFINITY;
let hand = Number.POSITIVE_INFINITY;
for (let round = 0; round < ROUNDS; round++) {
	const one = await viaQuery(QUERY);
	const other = byHand();
	if (one.rows !== other.rows) throw new Error(`the query gave ${one.rows} rows, the loop ${other.rows}`);
	query = Math.min(query, one.seconds);
	hand = Math.min(hand, other.seconds);
}
const perSecond = (seconds: number): string =>
	`${((batches.length * BATCH) / seconds / 1e6).toFixed(2)} million exchanges/s`;
console.log(`query: filter, projection, tumbling window and grouped p99: ${perSecond(query)} of CPU`);
console.log(`  by hand: ${perSecond(hand)}; ratio ${(query / hand).toFixed(2)}`);
for (const other of OTHERS) console.log(`  ${perSecond((await viaQuery(other)).seconds)}: ${other}`);
