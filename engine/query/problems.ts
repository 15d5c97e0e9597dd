import type { Fn, Node, Op } from '../../grammar/ast.ts';
import type { Diagnostic, Label } from '../../grammar/diagnostic.ts';
import type { SourceText, Span } from '../../grammar/span.ts';
import type { QueryCode } from './codes.ts';

/** Where a node was written when that is not the program itself: in a module, or in the definition that `call` stands for. */
export interface Origin {
	readonly source: SourceText;
	readonly call: { readonly node: Node; readonly of: Fn | Op } | null;
}

interface Extras {
	/** Behind the carets, usually the mend. */
	readonly label?: string;
	readonly notes?: readonly string[];
}

/** A query with more errors than this is some other language; the rest would only scroll the first away. */
const MAX_PROBLEMS = 20;

/** Collects what is wrong with a program. Errors inside a view point at its call, with a label at the definition. */
export class Problems {
	readonly diagnostics: Diagnostic[] = [];
	readonly #source: SourceText;
	readonly #origins = new WeakMap<Node, Origin>();
	#errors = 0;

	constructor(source: SourceText) {
		this.#source = source;
	}

	/** How many errors there were so far. */
	get errors(): number {
		return this.#errors;
	}

	/** Says that `node` was not written in the program's own text. */
	setOrigin(node: Node, origin: Origin): void {
		this.#origins.set(node, origin);
	}

	/** Says that `copy` stands for `from`, wherever that was written. */
	inherit<N extends Node>(copy: N, from: Node): N {
		const origin = this.#origins.get(from);
		if (origin !== undefined) this.#origins.set(copy, origin);
		return copy;
	}

	originOf(node: Node): Origin {
		return this.#origins.get(node) ?? { source: this.#source, call: null };
	}

	/** Whether `node` was written in this definition, or in one that is called in it: arguments of its calls were not. */
	isWithin(node: Node, definition: Fn | Op): boolean {
		for (let { call } = this.originOf(node); call !== null; call = this.originOf(call.node).call)
			if (call.of === definition) return true;
		return false;
	}

	error(code: QueryCode, node: Node, message: string, extras: Extras = {}): void {
		this.#errors++;
		this.#add(code, 'error', node, message, extras);
	}

	warning(code: QueryCode, node: Node, message: string, extras: Extras = {}): void {
		this.#add(code, 'warning', node, message, extras);
	}

	#add(code: QueryCode, severity: Diagnostic['severity'], node: Node, message: string, extras: Extras): void {
		const labels: Label[] = [];
		const { source, span } = this.#place(node, labels, extras.label);
		const inView = labels.length > 0;
		const diagnostic: Diagnostic = {
			code,
			severity,
			message,
			source,
			span,
			...(extras.label !== undefined && !inView && { label: extras.label }),
			...(inView && { label: 'called here', labels }),
			...(extras.notes !== undefined && { notes: extras.notes }),
		};
		// What else is wrong with a view at the same call has the same mend.
		const isKnown = (known: Diagnostic): boolean =>
			inView && known.labels !== undefined ? samePlace(known, diagnostic) : same(known, diagnostic);
		if (this.diagnostics.length < MAX_PROBLEMS && !this.diagnostics.some(isKnown)) this.diagnostics.push(diagnostic);
	}

	/** The outermost place: calls of views are followed to the text of the user, definitions become labels. */
	#place(node: Node, labels: Label[], text: string | undefined): { source: SourceText; span: Span } {
		let at = node;
		for (;;) {
			const origin = this.originOf(at);
			if (origin.call === null) return { source: origin.source, span: at.span };
			const words = labels.length === 0 && text !== undefined ? text : `in \`${origin.call.of.name.text}\``;
			labels.push({ source: origin.source, span: at.span, text: words });
			at = origin.call.node;
		}
	}
}

const samePlace = (a: Diagnostic, b: Diagnostic): boolean =>
	a.severity === b.severity && a.source === b.source && a.span?.start === b.span?.start && a.span?.end === b.span?.end;

const same = (a: Diagnostic, b: Diagnostic): boolean => a.code === b.code && a.message === b.message && samePlace(a, b);
