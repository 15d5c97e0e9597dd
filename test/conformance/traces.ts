import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where captures with known answers lie: they are not a part of the project. */
const ROOT = process.env.CIQ_TRACES ?? resolve(import.meta.dirname, '../../../shared/traces');

export interface Trace {
	readonly name: string;
	readonly path: string;
	/** One JSON object a line. */
	readonly expectedPath: string;
}

/** The captures of a protocol; null when they are not there. */
export const tracesOf = (protocol: string): readonly Trace[] | null => {
	const folder = join(ROOT, 'zeek', protocol);
	if (!existsSync(folder)) return null;
	return readdirSync(folder)
		.filter((file) => /\.pcap(ng)?$/.test(file))
		.sort()
		.map((file) => {
			const name = file.replace(/\.pcap(ng)?$/, '');
			return { name, path: join(folder, file), expectedPath: join(folder, `${name}.expected.jsonl`) };
		});
};

/** Why the tests of a protocol's captures do not run, and how they would. */
export const noTraces = (protocol: string): string =>
	`no captures in ${join(ROOT, 'zeek', protocol)}. They are Zeek's own: copy those you want from testing/btest/Traces/${protocol} ` +
	`of its repository to zeek/${protocol} in a folder, run \`zeek -Cr NAME.pcap LogAscii::use_json=T\` for each, keep its ` +
	`${protocol}.log beside it as NAME.expected.jsonl, and start the tests with CIQ_TRACES=that folder`;
