import { HEAD_BYTES } from '../../../engine/capture/events.ts';
import { newCompleteness } from '../../../engine/completeness.ts';
import { Assembler } from '../../../engine/connection/assembler.ts';
import type { Exchange } from '../../../engine/exchange/exchange.ts';
import type { Value } from '../../../engine/exchange/field.ts';
import { STAGE_FIELDS } from '../../../engine/exchange/stage-fields.ts';
import { STAGE_PARTS } from '../../../engine/exchange/stage-parts.ts';
import { type Captured, demandFor, Recorder } from '../../support/capture-live.ts';
import { type Hosts, SERVER_IP } from '../../support/two-hosts.ts';

export const fieldOf = (exchange: Exchange, name: string): Value =>
	STAGE_FIELDS.find((field) => field.name === name)?.get(exchange) ?? null;

/** The exchanges of a capture, in the order in which they became known. */
function exchangesOf({ raw }: Captured, { source }: Recorder): Exchange[] {
	const rows: Exchange[] = [];
	const assembler = new Assembler({
		info: source.info,
		protocols: ['http'],
		bodyBytes: 0,
		completeness: newCompleteness(),
		onRows: (more) => rows.push(...more),
		onTime: () => {},
	});
	assembler.feed(raw, raw.length);
	return rows;
}

/** Captures both hosts, in their namespaces only, while they talk. */
export async function observe({ client, server }: Hosts, prepare = (_port: number) => {}) {
	const recorder = new Recorder(demandFor([{ netns: [client.netns, server.netns] }], HEAD_BYTES, STAGE_PARTS)).start();
	server.say({ host: SERVER_IP });
	const { port } = await server.hears<{ port: number }>();
	prepare(port);
	client.say({ host: SERVER_IP, port });
	await client.hears();
	const captured = await recorder.stop();
	const exchanges = exchangesOf(captured, recorder);
	const at = (side: string) => exchanges.filter(({ endpoint }) => endpoint.side === side);
	return { captured, client: at('client'), server: at('server') };
}
