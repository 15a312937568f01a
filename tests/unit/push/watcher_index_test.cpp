#include "push/watcher_index.hpp"

#include <algorithm>
#include <gmock/gmock.h>

#include "framed.hpp"
#include "idle_host.hpp"
#include "push/chosen_stream.hpp"
#include "support/make_job.hpp"

namespace jobcast::push {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

class WatcherIndexTest : public testing::Test {
 protected:
  ChosenStreamPtr stream(const std::vector<JobRef>& refs) {
    std::vector<Watch> watches;
    for (const auto& ref : refs) watches.push_back({ref, 0, false});
    ChosenStreamPtr made(
        new ChosenStream(host_, Descriptor(), StreamKind::job, true, ChosenJobs(std::move(watches)), 0));
    index.add(*made, refs);
    return made;
  }

  template <class Key>
  std::vector<ChosenStream*> watching(const Key& key) {
    std::vector<ChosenStream*> streams;
    if (const auto* list = index.watching(key)) {
      for (const auto& entry : list->single) streams.push_back(entry.stream);
      for (const auto& entry : list->mixed) streams.push_back(entry.stream);
    }
    return streams;
  }

  WatcherIndex index;

 private:
  boost::asio::io_context context_;
  IdleHost host_{context_};
};

TEST_F(WatcherIndexTest, FindsWhoWatches) {
  const auto a = stream({make_id(1), "x"});
  const auto b = stream({"x", "y"});
  EXPECT_THAT(watching(make_id(1)), UnorderedElementsAre(a.get()));
  EXPECT_THAT(watching(std::string_view("x")), UnorderedElementsAre(a.get(), b.get()));
  EXPECT_THAT(watching(std::string_view("y")), UnorderedElementsAre(b.get()));
  EXPECT_EQ(index.watching(make_id(2)), nullptr);
  EXPECT_EQ(index.watching(std::string_view("z")), nullptr);
}

TEST_F(WatcherIndexTest, VisitsEveryWatchedIdAndName) {
  const auto a = stream({make_id(1), "x"});
  const auto b = stream({"x"});
  std::vector<std::pair<JobRef, std::size_t>> visited;
  index.for_each(
      [&](const WatcherIndex::List& list) { visited.emplace_back(list.key, list.single.size() + list.mixed.size()); });
  EXPECT_THAT(visited, UnorderedElementsAre(std::pair<JobRef, std::size_t>(make_id(1), 1),
                                            std::pair<JobRef, std::size_t>("x", 2)));
}

TEST_F(WatcherIndexTest, LeavesInEveryOrder) {
  std::vector<int> order = {0, 1, 2, 3};
  do {
    std::vector<ChosenStreamPtr> streams;
    streams.push_back(stream({"x", "y", make_id(1)}));
    streams.push_back(stream({"y", "x"}));
    streams.push_back(stream({make_id(1), "x"}));
    streams.push_back(stream({"x", make_id(1), "y"}));
    std::vector<ChosenStream*> x = {streams[0].get(), streams[1].get(), streams[2].get(), streams[3].get()};
    std::vector<ChosenStream*> y = {streams[0].get(), streams[1].get(), streams[3].get()};
    std::vector<ChosenStream*> id = {streams[0].get(), streams[2].get(), streams[3].get()};
    for (const int leaving : order) {
      auto* gone = streams[static_cast<std::size_t>(leaving)].get();
      index.remove(*gone);
      for (auto* list : {&x, &y, &id}) std::erase(*list, gone);
      EXPECT_THAT(watching(std::string_view("x")), testing::UnorderedElementsAreArray(x));
      EXPECT_THAT(watching(std::string_view("y")), testing::UnorderedElementsAreArray(y));
      EXPECT_THAT(watching(make_id(1)), testing::UnorderedElementsAreArray(id));
    }
    EXPECT_EQ(index.watching(std::string_view("x")), nullptr) << "no empty list stays";
    EXPECT_EQ(index.watching(make_id(1)), nullptr);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(WatcherIndexTest, AStreamThatLeftMayLeaveAgain) {
  const auto a = stream({"x"});
  index.remove(*a);
  index.remove(*a);
  EXPECT_THAT(watching(std::string_view("x")), IsEmpty());
}

TEST_F(WatcherIndexTest, WhoHasHadItsTurnStaysBeforeWhoHasNot) {
  std::vector<ChosenStreamPtr> streams;
  for (int i = 0; i < 6; ++i) streams.push_back(stream({"x"}));
  auto& list = *index.watching(std::string_view("x"));
  list.round.add(framed(make_event(EventType::created, make_job(1, "x"))), {});
  list.round.go_on();
  list.round.next = 3;
  index.remove(*streams[0]);
  index.remove(*streams[5]);
  EXPECT_EQ(list.round.next, 2U);
  std::vector<ChosenStream*> to_come;
  for (auto i = list.round.next; i < list.single.size(); ++i) to_come.push_back(list.single[i].stream);
  EXPECT_THAT(to_come, UnorderedElementsAre(streams[3].get(), streams[4].get()));
  for (const auto i : {1, 2, 3, 4}) index.remove(*streams[static_cast<std::size_t>(i)]);
  EXPECT_EQ(index.watching(std::string_view("x")), &list) << "kept until its round is over";
  EXPECT_FALSE(list.round.end({}));
  index.release(list);
  EXPECT_EQ(index.watching(std::string_view("x")), nullptr);
}

}  // namespace
}  // namespace jobcast::push
