import { type Edge, graphSink } from './graph.ts';

/** A quoted id of the DOT language, in which a backslash begins an escape of labels. */
const quoted = (text: string): string => `"${text.replace(/["\\]/g, (mark) => `\\${mark}`)}"`;

/** A digraph of Graphviz; edges with errors are red. */
function digraph(edges: readonly Edge[]): string {
	const lines = edges.map(({ client, server, facts, failed }) => {
		const label = `label=${quoted(facts.join(', '))}`;
		return `  ${quoted(client)} -> ${quoted(server)} [${label}${failed ? ', color=red' : ''}];\n`;
	});
	return `digraph services {\n  rankdir=LR;\n  node [shape=box];\n${lines.join('')}}\n`;
}

export const dotSink = graphSink(() => ({ graph: digraph, end: () => '' }));
