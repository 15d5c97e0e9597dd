/** What a fact means for live capture: `missing` makes it impossible, `limited` takes something away. */
export type State = 'ok' | 'limited' | 'missing' | 'note';

export interface Fact {
	readonly name: string;
	readonly state: State;
	/** In a few words. */
	readonly says: string;
	/** What to do about it. */
	readonly mend?: string;
}

export interface Section {
	readonly title: string;
	readonly facts: readonly Fact[];
}

/** What `doctor` has found. */
export interface Report {
	/** Whether live capture can begin, and how. */
	readonly verdict: string;
	readonly possible: boolean;
	readonly sections: readonly Section[];
}
