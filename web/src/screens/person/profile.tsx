import { useData } from "../../api/useData";
import { m as names } from "../../i18n/messages/person";
import { m } from "../../i18n/messages/person-profile";
import { Head, Tabs } from "../../ui";
import { changes, profile } from "./controls";
import { Hidden } from "./hidden";
import { History } from "./history";
import { Tastes } from "./tastes";
import "./person.css";

export default function Profile() {
  const words = m(),
    about = useData(profile, [changes.value]);
  return (
    <>
      <Head title={names().profile.title} lead={words.lead} />
      <Tabs
        param="part"
        label={words.tabs.label}
        tabs={[
          {
            name: "tastes",
            label: words.tabs.tastes,
            show: () => <Tastes blocked={about.data?.blocked_tags ?? []} />,
          },
          {
            name: "history",
            label: words.tabs.history,
            show: () => (
              <History
                periods={about.data?.excluded_periods ?? []}
                back={about.data?.excluded_events ?? []}
              />
            ),
          },
          { name: "hidden", label: words.tabs.hidden, show: () => <Hidden about={about} /> },
        ]}
      />
    </>
  );
}
