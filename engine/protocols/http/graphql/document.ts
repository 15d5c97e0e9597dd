/** An operation of a GraphQL document (GraphQL October 2021, 2.3). */
export interface Operation {
	readonly kind: string;
	readonly name: string | null;
	/** The first field that it selects. */
	readonly field: string;
}

/**
 * Operations are named in the first lines; documents of generated clients reach tens of KiB by their fragments, which
 * follow.
 */
const MAX_DOCUMENT = 64 << 10;

const KINDS: ReadonlySet<string> = new Set(['query', 'mutation', 'subscription']);

const NAME = /[_A-Za-z][_0-9A-Za-z]*/y;

const nameAt = (text: string, at: number): string => {
	NAME.lastIndex = at;
	return NAME.exec(text)?.[0] ?? '';
};

/** Strings by how they begin, and what stands in them for no end: a block string escapes its three quotes only (2.9.4). */
const BLOCK_STRING = { quote: '"""', backslash: '\\"""', escapedLength: 4 } as const;
const STRING = { quote: '"', backslash: '\\', escapedLength: 2 } as const;

/** Behind the end of the string that begins at `at`. */
const skipString = (text: string, at: number): number => {
	const { quote, backslash, escapedLength } = text.startsWith(BLOCK_STRING.quote, at) ? BLOCK_STRING : STRING;
	let end = at + quote.length;
	while (end < text.length && !text.startsWith(quote, end)) {
		end += text.startsWith(backslash, end) ? escapedLength : 1;
	}
	return end + quote.length;
};

const skipLine = (text: string, at: number): number => {
	const end = text.indexOf('\n', at);
	return end === -1 ? text.length : end;
};

/** Collects the operations of a document from its names and brackets. */
class Collector {
	readonly operations: Operation[] = [];
	#depth = 0;
	#kind: string | null = null;
	#name: string | null = null;
	#field: string | null = null;
	/** Names of the outermost selection so far; the first may turn out to be an alias (2.7). */
	#names = 0;
	#aliased = false;
	/** A bracket or directive has come: what follows is not the operation's name. */
	#named = false;
	#selects = false;
	/** What cannot stand in a document of operations has been seen. */
	isOther = false;

	name(name: string): void {
		if (this.#inSelection) {
			this.#names++;
			if (this.#names === 1 || (this.#names === 2 && this.#aliased)) this.#field = name;
		} else if (this.#depth > 0) return;
		else if (this.#kind === null) {
			this.#kind = name;
			this.isOther ||= name !== 'fragment' && !KINDS.has(name);
		} else if (!this.#named) {
			this.#name = name;
			this.#named = true;
		}
	}

	colon(): void {
		if (this.#inSelection && this.#names === 1) this.#aliased = true;
	}

	directive(): void {
		this.#named = true;
	}

	/** Strings are arguments, and so stand in brackets of their own: else this is JSON. */
	string(): void {
		this.isOther ||= this.#inSelection;
	}

	open(bracket: string): void {
		this.#named = true;
		if (this.#depth++ > 0 || bracket !== '{') return;
		this.#kind ??= 'query';
		this.#selects = true;
	}

	close(): void {
		this.#depth--;
		this.isOther ||= this.#depth < 0;
		if (this.#depth === 0 && this.#selects) this.end();
	}

	/** The definition is over, or the document is cut off in it. */
	end(): void {
		if (this.#field !== null && this.#kind !== null && KINDS.has(this.#kind)) {
			this.operations.push({ kind: this.#kind, name: this.#name, field: this.#field });
		}
		this.#kind = this.#name = this.#field = null;
		this.#names = 0;
		this.#aliased = this.#named = this.#selects = false;
	}

	get #inSelection(): boolean {
		return this.#selects && this.#depth === 1;
	}
}

/**
 * The operations of a document; null when the text is no document of operations. A scan of names and brackets instead of
 * a parse: names and kinds need no more, and so it takes a cut document and fields of any later edition.
 */
export const operationsOf = (document: string): readonly Operation[] | null => {
	const text = document.slice(0, MAX_DOCUMENT);
	const found = new Collector();
	let at = 0;
	while (at < text.length && !found.isOther) {
		const char = text.charAt(at);
		const name = nameAt(text, at);
		if (name !== '') found.name(name);
		else if ('({['.includes(char)) found.open(char);
		else if (')}]'.includes(char)) found.close();
		else if (char === ':') found.colon();
		else if (char === '@') found.directive();
		else if (char === '"') found.string();
		if (char === '"') at = skipString(text, at);
		else if (char === '#') at = skipLine(text, at);
		else at += Math.max(name.length, 1);
	}
	found.end();
	return found.isOther || found.operations.length === 0 ? null : found.operations;
};
