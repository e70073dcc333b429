// What a change of prices would do, asked for once typing rests. What is done afterwards is this plan.
import type { PricePlan, PriceRequest } from "../bindings";
import { asFailure, platform, type Failure } from "../platform";

const REST = 250;

export class Plan {
  /** The last answer. */
  answer = $state.raw<PricePlan>();
  error = $state.raw<Failure>();
  /** Whether `answer` belongs to a request before. */
  isOld = $state(false);
  #turn = 0;

  /** Asks once `request` has rested; gives what stops that. */
  soon(request: PriceRequest): () => void {
    this.#turn += 1;
    this.isOld = true;
    const clock = setTimeout(() => void this.ask(request), REST);
    return () => clearTimeout(clock);
  }

  /** Forgets what was answered: nothing can be asked yet. */
  none(): void {
    this.#turn += 1;
    this.answer = this.error = undefined;
    this.isOld = false;
  }

  async ask(request: PriceRequest): Promise<void> {
    const turn = ++this.#turn;
    this.isOld = true;
    try {
      const answer = await platform.call("plan_prices", request);
      if (turn !== this.#turn) return;
      this.answer = answer;
      this.error = undefined;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.answer = undefined;
      this.error = asFailure(thrown);
    }
    this.isOld = false;
  }
}
