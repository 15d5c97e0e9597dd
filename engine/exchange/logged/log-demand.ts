import { PROTOCOLS } from '../../protocols/registry.ts';
import { ALWAYS, MEMBERS_OF, type Member, TEXTS } from './members.ts';

/** What is read of each line of a log. */
export interface LogDemand {
	readonly members: ReadonlySet<Member>;
	/** Of the texts no more than their first lines. */
	readonly startsOnly: boolean;
}

/** The common fields that are made of all of a text. */
const WHOLE_TEXTS: ReadonlySet<string> = new Set(['request', 'response']);

/** The texts whose first lines tell a field of a protocol; null where more is needed. */
const startsFor = (field: string): readonly Member[] | null => {
	const protocols = PROTOCOLS.filter(({ restore, fields }) => restore && fields.some(({ name }) => name === field));
	const texts = protocols.map(({ restoreStart }) => restoreStart?.fields.get(field));
	return texts.length === 0 || texts.includes(undefined) ? null : texts.flatMap((names) => names ?? []);
};

/** What is read for these fields; those that are not common are read from the texts. */
export const logDemandOf = (fields: readonly string[]): LogDemand => {
	const members = new Set(ALWAYS);
	let startsOnly = true;
	for (const field of fields) {
		const starts = MEMBERS_OF[field] ?? startsFor(field);
		if (starts === null || WHOLE_TEXTS.has(field)) startsOnly = false;
		for (const member of starts ?? TEXTS) members.add(member);
	}
	return { members, startsOnly };
};
