import { STAGE_PARTS, type StagePart, uniteParts } from '../exchange/stage-parts.ts';
import type { Ports } from './ports.ts';

/**
 * What a checked query asks of the capture: an upper bound of what it needs, so the kernel may decide a part of it and
 * the query still checks everything itself.
 */

/** All of these at once; what is absent is not restricted. An empty list matches nothing. */
export interface ScopeClause {
	/** Thread group ids; `withChildren` adds what they start. */
	readonly pids?: readonly number[];
	readonly withChildren?: boolean;
	/** Equal to the group leader's comm, or the base name of the executable. */
	readonly comms?: readonly string[];
	readonly localPorts?: Ports;
	readonly remotePorts?: Ports;
	/** Addresses with prefix length, as text: "10.0.0.0/8", "::1/128". */
	readonly localNets?: readonly string[];
	readonly remoteNets?: readonly string[];
	/** An end whose role is not known passes. */
	readonly side?: 'client' | 'server';
	/** Inode numbers of network namespaces. */
	readonly netns?: readonly number[];
}

/** Of a scope: the kernel keeps a bit for each in one word. */
export const MAX_CLAUSES = 32;

export interface CaptureDemand {
	/** Any of these: `[{}]` is everything on the host. At most MAX_CLAUSES. */
	readonly scope: readonly ScopeClause[];
	/** Protocols that the query can use; null is all. */
	readonly protocols: readonly string[] | null;
	/**
	 * Payload bytes that are copied of what an end says before the other answers, and at most 1 KiB with the last bytes of
	 * each further call; Infinity is all of them.
	 */
	readonly payloadBytes: number;
	/** Body bytes of each message that are kept for the query; 0 keeps only heads, Infinity is up to the parser's limit. */
	readonly bodyBytes: number;
	/** Of the stages in the kernel, what is needed. */
	readonly stages: readonly StagePart[];
	/** The table of connections is needed: those that carry nothing, and what TCP counts of each, are looked for again and again. */
	readonly connections?: true | undefined;
	/** Less than the rest, where a query only shows what there is: what a recording must hold all the same. */
	readonly required?: PayloadDemand;
	/** Names of the fields that are read of every exchange, `this` for whole exchanges; absent: all may be. */
	readonly fields?: readonly string[];
	/** Those of them that are compared with something; absent: none. */
	readonly tested?: readonly string[];
	/** Those that the user named as they are, as keys or columns; absent: none. */
	readonly named?: readonly string[];
	/** ns: no condition holds for exchanges that took less, which are counted alone; absent: any may pass. */
	readonly leastLatency?: number;
}

/** What a demand asks of each message. */
export type PayloadDemand = Pick<CaptureDemand, 'payloadBytes' | 'bodyBytes' | 'stages'>;

const payloadOf = ({ payloadBytes, bodyBytes, stages }: PayloadDemand): PayloadDemand => ({
	payloadBytes,
	bodyBytes,
	stages,
});

const mostOf = (all: readonly PayloadDemand[]): PayloadDemand => ({
	payloadBytes: Math.max(...all.map(({ payloadBytes }) => payloadBytes)),
	bodyBytes: Math.max(...all.map(({ bodyBytes }) => bodyBytes)),
	stages: uniteParts(all.map(({ stages }) => stages)),
});

/** What serves several that read one source, of each message. */
export const unitePayload = (demands: readonly CaptureDemand[]): PayloadDemand & Pick<CaptureDemand, 'required'> => ({
	...mostOf(demands.map(payloadOf)),
	...(demands.some(({ required }) => required) && {
		required: mostOf(demands.map((demand) => demand.required ?? payloadOf(demand))),
	}),
});

/** As a field: the exchange itself, of which anything may be asked for. */
export const WHOLE = 'this';

/** The fields that any of them reads, and of which exchanges. */
export const uniteFields = (
	demands: readonly CaptureDemand[],
): Pick<CaptureDemand, 'fields' | 'tested' | 'named' | 'leastLatency'> => {
	const tested = [...new Set(demands.flatMap((demand) => demand.tested ?? []))];
	const named = [...new Set(demands.flatMap((demand) => demand.named ?? []))];
	const leastLatency = Math.min(...demands.map((demand) => demand.leastLatency ?? 0));
	return {
		...(demands.some(({ fields }) => fields !== undefined) && {
			fields: [...new Set(demands.flatMap(({ fields }) => fields ?? [WHOLE]))],
		}),
		...(tested.length > 0 && { tested }),
		...(named.length > 0 && { named }),
		...(leastLatency > 0 && { leastLatency }),
	};
};

/** What a recording takes, whatever its query needs. */
export const RECORD_EVERYTHING: Omit<CaptureDemand, 'scope'> = {
	protocols: null,
	payloadBytes: Number.POSITIVE_INFINITY,
	bodyBytes: Number.POSITIVE_INFINITY,
	stages: STAGE_PARTS,
	connections: true,
};

/** With what a file of another kind was made: it has all that it has, whatever that is. */
export const FILE_DEMAND: CaptureDemand = { ...RECORD_EVERYTHING, scope: [{}] };
