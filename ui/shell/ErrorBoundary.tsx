import { Component, type ReactNode } from 'react'
import { ErrorState } from '../ErrorState.tsx'

interface Props {
  children: ReactNode
  /** a new value clears the error: the path of the page */
  resetKey: string
}
interface State {
  error: unknown
  failed: boolean
  key: string
}

/** One page (or one card) that breaks leaves the frame and its neighbours standing. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined, failed: false, key: this.props.resetKey }

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error, failed: true }
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.resetKey === state.key ? null : { key: props.resetKey, failed: false, error: undefined }
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children
    return <ErrorState error={this.state.error} onRetry={() => this.setState({ failed: false, error: undefined })} />
  }
}
