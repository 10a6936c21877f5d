import { hrefOf } from '../state/route.ts'

export function TaskLink({ task }: { readonly task: string }) {
  return (
    <a class="task-link" href={hrefOf('task', task)} title={task}>
      {task}
    </a>
  )
}
