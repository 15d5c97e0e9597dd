import assert from 'node:assert/strict';
import { parse, parseExpression } from '../../grammar/parse.ts';
import { printProgram } from '../../grammar/print.ts';
import { renderDiagnostic } from '../../grammar/render.ts';

/** Parses, and checks what holds for every text whatsoever. */
export function endure(text: string): void {
	const { program, diagnostics } = parse({ name: 'test', text });
	parseExpression({ name: 'test', text });
	for (const diagnostic of diagnostics) {
		const { span, code } = diagnostic;
		assert.match(code, /^CIQ[12]\d\d$/);
		assert.ok(
			span && span.start >= 0 && span.start <= span.end && span.end <= text.length,
			`${code} at ${span?.start}`,
		);
		const rendered = renderDiagnostic(diagnostic, { color: false });
		assert.doesNotMatch(rendered.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
	}
	const printed = printProgram(program);
	const again = parse({ name: 'printed', text: printed });
	assert.deepEqual(again.diagnostics, []);
	assert.equal(printProgram(again.program), printed);
}
