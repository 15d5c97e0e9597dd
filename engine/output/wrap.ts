/** Words in lines that end before that column unless a word does not: the first behind `first`, further ones behind `margin`. */
export function wrap(text: string, width: number, first = '', margin = ''): string[] {
	const lines: string[] = [];
	let line = first;
	let isEmpty = true;
	for (const word of text.split(' ')) {
		if (!isEmpty && line.length + 1 + word.length > width) {
			lines.push(line);
			line = margin;
			isEmpty = true;
		}
		line += isEmpty ? word : ` ${word}`;
		isEmpty = false;
	}
	return [...lines, line];
}
