/** A flag as the command line knows it. */
export interface Flag {
	/** Without its dashes. */
	readonly name: string;
	/** One letter. */
	readonly short?: string;
	/** What its value is called in help; absent for a switch. */
	readonly value?: string;
	/** May be given several times: all its values count. */
	readonly repeats?: true;
	/** One line. */
	readonly doc: string;
	/** A command line that has it, behind the program's name. */
	readonly example?: string;
}
