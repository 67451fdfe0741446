import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { apiQuery } from '#kernel/web'
import { Await, Facts, format, Page } from '#ui'
import { access } from './client.ts'
import { platformNames, zones } from './words.ts'
import './access.css'

type Mine = Awaited<ReturnType<typeof access.mine>>

const factsOf = (mine: Mine): readonly (readonly [string, string])[] => [
  ['从哪里', mine.zoneName ? `${zones[mine.zone]}（${mine.zoneName}）` : zones[mine.zone]],
  ['设备', `${platformNames[mine.platform]}，${mine.registered ? '已登记' : '没有登记'}`],
  ['补丁', mine.patchedOn ? `${format.day(mine.patchedOn)} 更新` : '不知道：浏览器看不到系统补丁的日期'],
  ['这次登录', mine.reasons.length === 0 ? '与往常一样' : mine.reasons.join('；')],
]

/** 我的访问环境: what the platform sees of where this person comes from, and what to do when it keeps something back. */
export function MyAccessPage() {
  const mine = useQuery(apiQuery(access.mine))
  return (
    <Page
      title="我的访问环境"
      sentence="能看什么、能办什么，除了权限，也看您从哪里、用什么设备访问。"
      above={<Link to="/me">我</Link>}
    >
      <Await query={mine}>{(data) => <Facts rows={factsOf(data)} />}</Await>
      <section className="qt-block" aria-label="遇到下面的情形怎么办">
        <div className="qt-section">
          <h2>遇到下面的情形怎么办</h2>
        </div>
        <ul className="ac-list">
          <li>
            <b>号码只显示头尾，文件不能下载</b>
            <p className="qt-second">您的网络或设备只能看遮盖后的内容。换到办公网络，或更新系统补丁后再看。</p>
          </li>
          <li>
            <b>要求再次确认是您本人</b>
            <p className="qt-second">
              照提示用口令、动态口令或通行密钥确认，10 分钟内不再问。还没有第二步验证的，到
              <Link to="/me/security">安全设置</Link>里设置。
            </p>
          </li>
          <li>
            <b>提示访问环境不能打开这里</b>
            <p className="qt-second">
              按提示里的话做，一般是换到办公网络，或换个时间。确有需要的，把问题编号告诉安全管理员。
            </p>
          </li>
          <li>
            <b>这次登录不是您本人</b>
            <p className="qt-second">
              马上到<Link to="/me/security">安全设置</Link>结束其他登录，并修改口令。
            </p>
          </li>
        </ul>
      </section>
    </Page>
  )
}
