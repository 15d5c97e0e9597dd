import type { Observable } from 'rxjs';
import type { Diagnostic } from '../../grammar/diagnostic.ts';
import type { SourceText } from '../../grammar/span.ts';
import type { CaptureDemand, ScopeClause } from '../capture/demand.ts';
import type { FileSource } from '../capture/file-source.ts';
import type { CaptureMode } from '../capture/live-hooks.ts';
import type { CaptureInfo } from '../capture/source.ts';
import type { Completeness } from '../completeness.ts';
import type { Flow } from './flow.ts';
import type { Row, Schema, Signal } from './signal.ts';

/** A checked pipeline, ready to run on any source of exchanges. */
export interface Plan {
	/** Where its exchanges come from. */
	readonly source: { readonly kind: 'watch' } | FileSource | KeptSource;
	readonly demand: CaptureDemand;
	readonly schema: Schema;
	/** What its rows are, for a query that goes on from them. */
	readonly flow: Flow;
	/** A stream of records, or tables (one per window, or one that is refreshed). */
	readonly shape: 'stream' | 'tables';
	/** A windowless aggregate over a live stream: says nothing in a pipe before it ends. */
	readonly collects: boolean;
	/** It, or a block of it, begins with what is true at a moment, which a file of exchanges cannot tell; requests before all. */
	readonly present?: 'connections' | 'requests';
	/** `to json "path"`; null when the query does not say. */
	readonly output: { readonly format: string; readonly path: string | null } | null;
	/** Files that blocks of the query read besides the source; absent without any. */
	readonly inputs?: readonly { readonly source: FileSource; readonly demand: CaptureDemand }[];
	/** What `tee` sends elsewhere, each with an output of its own; absent without any. */
	readonly branches?: readonly Branch[];
	/** The pipeline as a text, views expanded: what is being watched. */
	readonly text: string;
	readonly run: (exchanges: Observable<Signal>, context: RunContext) => Observable<Signal>;
}

/** The result of an earlier query of the shell, by its name. */
export interface KeptSource {
	readonly kind: 'kept';
	readonly name: string;
}

/** Rows that leave the query besides its result. */
export interface Branch {
	readonly schema: Schema;
	readonly shape: Plan['shape'];
	readonly output: NonNullable<Plan['output']>;
}

/** What is true of a source at a moment, as opposed to what has happened. */
export interface Present {
	readonly connections: () => readonly Row[];
	/** Requests without a complete answer. */
	readonly pending: () => readonly Row[];
	/** Connections as they are opened and closed: rows as those of `connections`. */
	readonly changes: Observable<readonly Row[]>;
}

export interface RunContext {
	readonly info: CaptureInfo;
	readonly completeness: Completeness;
	/** Said once each, to the user: mixed sides in an aggregate, a pattern that failed. */
	readonly warn: (message: string) => void;
	/** A terminal wants running aggregates shown again this often, in ns of event time; null: only at the end. */
	readonly refreshEvery: number | null;
	/** The exchanges of `Plan.inputs`, in that order. */
	readonly inputs?: readonly Observable<Signal>[];
	/** Takes what goes to `Plan.branches[branch]`; it ends when the query does. */
	readonly branch?: (branch: number, signal: Signal) => void;
	/** Of the query's own source; absent where it tells of no connections. */
	readonly present?: Present;
	/** `fail` met its condition: the query goes on, and the exit status is 4 in the end. */
	readonly fail?: (reason: string) => void;
}

/** How a live capture takes its bytes: in words, and null where this kernel can do it in no mode. */
export interface CaptureWay {
	readonly words: string;
	readonly mode: CaptureMode | null;
}

export interface CompileOptions {
	/** Values of script parameters, as typed on the command line. */
	readonly params: ReadonlyMap<string, string>;
	/** `--from FILE`: replaces every `watch`. */
	readonly from: FileSource | null;
	/** `--local CIDR`: of every packet capture of which the query does not say it itself. */
	readonly local?: readonly string[];
	/** Restricts every `watch` further: the tree of `-- COMMAND`, flags of the shell. */
	readonly scope: ScopeClause | null;
	/** Reads the module of `use`; undefined when there is none. */
	readonly readModule: (path: string, from: SourceText) => SourceText | undefined;
	/** Wall clock at the start of the query, ns since the epoch: what `now()` and `@14:00` mean. */
	readonly nowNs: bigint;
	/** That moment was said and not looked up: it may be asked of files too. */
	readonly nowGiven?: boolean;
	/** Rows of results that the shell keeps, by name: what `from NAME` goes on from. */
	readonly kept?: ReadonlyMap<string, Flow>;
	/** Rows are drawn in full later: of files, which cost nothing more, all is kept that a picture shows; live but the bodies. */
	readonly inDetail?: boolean;
	/** What is written when the query does not say `to`: the name of a format. */
	readonly format: string;
	/** How live traffic is captured, in words for `explain`; absent: nothing is said of it. */
	readonly captureMode?: () => CaptureWay;
	/** Of the terminal that `explain` writes to; absent: there is none. */
	readonly width?: number;
}

export interface Compiled {
	/** One per pipeline of the program; empty when there are errors. */
	readonly plans: readonly Plan[];
	/** What `explain` says, one text for each; absent without any. */
	readonly explanations?: readonly string[];
	readonly diagnostics: readonly Diagnostic[];
}
