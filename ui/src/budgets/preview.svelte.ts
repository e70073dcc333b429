// A budget as it would stand, asked for once typing rests: its sentence, its warnings, and what the core refuses.
import type { BudgetPreview, SetBudgetRequest } from "../bindings";
import { asFailure, platform, type Failure } from "../platform";

const REST = 250;

export class Preview {
  /** The last answer; it stays while the next is on its way. */
  answer = $state.raw<BudgetPreview>();
  error = $state.raw<Failure>();
  #turn = 0;

  /** Asks once `request` has rested; gives what stops that. */
  soon(request: SetBudgetRequest): () => void {
    const clock = setTimeout(() => void this.#ask(request), REST);
    return () => clearTimeout(clock);
  }

  /** Forgets what was answered: nothing can be asked yet. */
  none(): void {
    this.#turn += 1;
    this.answer = this.error = undefined;
  }

  async #ask(request: SetBudgetRequest) {
    const turn = ++this.#turn;
    try {
      const answer = await platform.call("preview_budget", request);
      if (turn !== this.#turn) return;
      this.answer = answer;
      this.error = undefined;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.answer = undefined;
      this.error = asFailure(thrown);
    }
  }
}
