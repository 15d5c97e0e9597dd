import { type Drawing, type Edge, graphSink } from './graph.ts';

/** Inside quotes Mermaid reads entity codes, and Markdown between backquotes. */
const quoted = (text: string): string => `"${text.replace(/["#`<>&\\]/g, (mark) => `#${mark.charCodeAt(0)};`)}"`;

const HEADER = 'flowchart LR\n';

/**
 * A Mermaid flowchart: one, as a file may have no other, so that each window is a subgraph of it. Nodes are numbered, for
 * their names may be anything.
 */
class Flowchart implements Drawing {
	#windows = 0;
	#nodes = 0;
	/** Styles number links through the whole of it. */
	#links = 0;
	#begun = false;

	graph(edges: readonly Edge[], title: string | null): string {
		const names = [...new Set(edges.flatMap(({ client, server }) => [client, server]))];
		const [firstNode, firstLink] = [this.#nodes, this.#links];
		this.#nodes += names.length;
		this.#links += edges.length;
		const id = (name: string): string => `n${firstNode + names.indexOf(name)}`;
		const failed = edges.flatMap(({ failed: is }, at) => (is ? firstLink + at : []));
		const indent = title === null ? '  ' : '    ';
		return [
			...this.#begin(),
			...(title === null ? [] : [`  subgraph w${this.#windows++}[${quoted(title)}]\n`]),
			...names.map((name) => `${indent}${id(name)}[${quoted(name)}]\n`),
			...edges.map(({ client, server, facts }) => {
				const label = facts.length === 0 ? '' : `|${quoted(facts.join(', '))}|`;
				return `${indent}${id(client)} -->${label} ${id(server)}\n`;
			}),
			...(title === null ? [] : ['  end\n']),
			...(failed.length === 0 ? [] : [`  linkStyle ${failed.join(',')} stroke:red\n`]),
		].join('');
	}

	end(): string {
		return this.#begin().join('');
	}

	#begin(): readonly string[] {
		const header = this.#begun ? [] : [HEADER];
		this.#begun = true;
		return header;
	}
}

export const mermaidSink = graphSink(() => new Flowchart());
