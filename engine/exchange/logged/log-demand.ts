import { WHOLE } from '../../capture/demand.ts';
import type { StatusOf } from '../../protocols/protocol.ts';
import { PROTOCOLS } from '../../protocols/registry.ts';
import { ALWAYS, MEMBERS_OF, type Member, TEXTS } from './members.ts';

/** What is read of each line of a log. */
export interface LogDemand {
	readonly members: ReadonlySet<Member>;
	/** Of the texts no more than their first lines. */
	readonly startsOnly: boolean;
	/** Of those no more than the status, which this reads; null: more of them. */
	readonly statusOf: StatusOf | null;
}

/** The common fields that are made of all of a text. */
const WHOLE_TEXTS: ReadonlySet<string> = new Set(['request', 'response']);

/** The texts whose first lines tell a field of a protocol; null where more is needed. */
const startsFor = (field: string): readonly Member[] | null => {
	const protocols = PROTOCOLS.filter(({ restore, fields }) => restore && fields.some(({ name }) => name === field));
	const texts = protocols.map(({ restoreStart }) => restoreStart?.fields.get(field));
	return texts.length === 0 || texts.includes(undefined) ? null : texts.flatMap((names) => names ?? []);
};

/** Reads the status of first lines; null where that depends on the protocol. */
const onlyStatus = (): StatusOf | null => {
	const [first, ...others] = PROTOCOLS.flatMap(({ restoreStart }) => restoreStart?.statusOf ?? []);
	return first === undefined || others.length > 0 ? null : first;
};

/**
 * What is read for these fields; those that are not common are read from the texts. Of `this` the line itself is kept.
 * `tellsTruncated`: where more of the texts is read than their beginning, whether they are whole is read, too.
 */
export const logDemandOf = (fields: readonly string[], tellsTruncated: boolean): LogDemand => {
	const members = new Set(ALWAYS);
	let startsOnly = true;
	let statusAlone = true;
	for (const field of fields) {
		if (field === WHOLE) {
			statusAlone = false;
			continue;
		}
		const starts = MEMBERS_OF[field] ?? startsFor(field);
		if (starts === null || WHOLE_TEXTS.has(field)) startsOnly = false;
		for (const member of starts ?? TEXTS) {
			members.add(member);
			if (field !== 'status' && TEXTS.includes(member)) statusAlone = false;
		}
	}
	if (!startsOnly && tellsTruncated) members.add('truncated');
	return { members, startsOnly, statusOf: statusAlone ? onlyStatus() : null };
};
