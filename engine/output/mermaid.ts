import { type Edge, graphSink } from './graph.ts';

/** Inside quotes Mermaid reads entity codes, and Markdown between backquotes. */
const quoted = (text: string): string => `"${text.replace(/["#`<>&\\]/g, (mark) => `#${mark.charCodeAt(0)};`)}"`;

/** A Mermaid flowchart: nodes are numbered, for their names may be anything. */
function flowchart(edges: readonly Edge[]): string {
	const names = [...new Set(edges.flatMap(({ client, server }) => [client, server]))];
	const id = (name: string): string => `n${names.indexOf(name)}`;
	const failed = edges.flatMap(({ failed: is }, at) => (is ? at : []));
	return [
		'flowchart LR',
		...names.map((name) => `  ${id(name)}[${quoted(name)}]`),
		...edges.map(({ client, server, facts }) => {
			const label = facts.length === 0 ? '' : `|${quoted(facts.join(', '))}|`;
			return `  ${id(client)} -->${label} ${id(server)}`;
		}),
		...(failed.length === 0 ? [] : [`  linkStyle ${failed.join(',')} stroke:red`]),
		'',
	].join('\n');
}

export const mermaidSink = graphSink(flowchart);
