import { troubleOf } from "../../api";
import { toast } from "../../ui";

/** Do it; say what went wrong where it does not work, with the service's advice. */
export async function attempt(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const trouble = troubleOf(error);
    toast([trouble.message, trouble.fix].filter(Boolean).join(" "));
  }
}
