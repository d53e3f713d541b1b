import { Component, createElement, type FunctionComponent } from "preact";

/** A component that is drawn again only where one of its properties changed. */
export function memo<P extends object>(inner: FunctionComponent<P>): FunctionComponent<P> {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const before = this.props as Record<string, unknown>,
        after = next as Record<string, unknown>;
      return Object.keys(after).some((name) => after[name] !== before[name]);
    }
    render() {
      return createElement(inner, this.props as P);
    }
  }
  return Memo as unknown as FunctionComponent<P>;
}
