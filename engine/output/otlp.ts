import { wallClock } from '../exchange/wall-clock.ts';
import type { Json } from './json-value.ts';
import { otlpMetrics } from './otlp-metrics.ts';
import { otlpSpans } from './otlp-spans.ts';
import { visibleJson } from './sanitize.ts';
import type { MakeSink } from './sink.ts';

/**
 * OTLP as JSON, an object per line as OpenTelemetry's file exporter writes it: whole exchanges as spans, tables as gauges.
 * Ids are hexadecimal and 64-bit numbers decimal texts (OTLP specification, JSON Protobuf encoding).
 */
export const otlpSink: MakeSink = ({ printer, schema, info }) => {
	const clock = wallClock(info);
	let latest = 0;
	const print = (object: Json): void => printer.print(`${visibleJson(JSON.stringify(object))}\n`);
	return {
		take: (signal) => {
			if (signal.kind === 'time') {
				latest = Math.max(latest, signal.now);
				return;
			}
			if (signal.rows.length === 0 || (signal.kind === 'table' && !signal.final)) return;
			if (schema.exchanges) print(otlpSpans(signal.rows, clock));
			else if (signal.kind === 'table') {
				print(otlpMetrics(schema.columns, signal.rows, clock.epochNs(signal.window?.end ?? latest), clock));
			}
		},
		end: () => {},
	};
};
