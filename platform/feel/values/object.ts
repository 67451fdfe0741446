/** What the engine makes itself, as against plain objects of the caller, which are contexts whatever keys they have. */
export abstract class FeelObject<K extends string = string> {
  abstract readonly kind: K
}
