import { Subject } from 'rxjs';
import type { Assembler } from '../connection/assembler.ts';
import { type ConnectionView, changeRow, connectionRow } from '../exchange/connection-columns.ts';
import type { Present } from '../query/plan.ts';
import type { Row } from '../query/signal.ts';
import type { Observed, Test } from './within-scope.ts';

const observed = ({ endpoint, facts }: ConnectionView): Observed => ({ endpoint, owner: facts.owner });

/** What a source tells of this moment, once its events are assembled: before there is nothing. */
export class SourcePresent implements Present {
	readonly changes = new Subject<readonly Row[]>();
	#assembler: Assembler | null = null;
	#inScope: Test = () => true;

	/** `inScope` is what flags restrict the answers to. */
	connect(assembler: Assembler, inScope: Test | null): void {
		this.#assembler = assembler;
		if (inScope !== null) this.#inScope = inScope;
	}

	changed(view: ConnectionView): void {
		if (this.changes.observed && this.#inScope(observed(view))) this.changes.next([changeRow(view)]);
	}

	readonly connections = (): readonly Row[] =>
		(this.#assembler?.connections() ?? []).filter((view) => this.#inScope(observed(view))).map(connectionRow);

	readonly pending = (): readonly Row[] => (this.#assembler?.pending() ?? []).filter(this.#inScope);
}
