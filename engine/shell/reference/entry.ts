/** What an entry is about, in the words of help. */
type EntryKind =
	| 'protocol'
	| 'operator'
	| 'view'
	| 'aggregate'
	| 'function'
	| 'syntax'
	| 'field'
	| 'format'
	| 'command'
	| 'flag'
	| 'code';

/** Something of the language or the command line that has a name: what help, reference and completion say about it. */
export interface Entry {
	readonly kind: EntryKind;
	/** As it is asked for; the first name of several. */
	readonly name: string;
	/** Other names for the same. */
	readonly aliases?: readonly string[];
	/** What it is, behind its name: "field of http, string". */
	readonly title: string;
	/** How it is written, where that is more than its name. */
	readonly usage?: string;
	/** One line. */
	readonly doc: string;
	/** Queries that run as they stand; of flags, command lines. */
	readonly examples: readonly string[];
	/** Further lines, such as the text of a view. */
	readonly text?: string;
}
