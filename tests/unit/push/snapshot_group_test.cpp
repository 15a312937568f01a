#include "push/snapshot_group.hpp"

#include "idle_host.hpp"
#include "shard_fixture.hpp"

namespace jobcast::push {
namespace {

using namespace std::chrono_literals;

/// A group whose snapshots are numbered from 1 on.
class SnapshotGroupTest : public ShardTest {
 protected:
  SnapshotGroup group_of(SnapshotGroup::Clock::duration interval) {
    return {context, interval, [this] { return make_frame('[' + std::to_string(++made) + ']'); }};
  }

  /// A stream that is not chunked, and the client's end of it.
  std::pair<StreamClient, StreamPtr> stream() {
    auto [client, socket] = connect();
    return {std::move(client), StreamPtr(new Stream(host_, std::move(socket), StreamKind::all, false))};
  }

  int made = 0;

 private:
  IdleHost host_{context};
};

TEST_F(SnapshotGroupTest, StreamsShareASnapshotUntilSomethingChanges) {
  auto group = group_of(1h);
  EXPECT_TRUE(group.empty());
  auto [first_client, first] = stream();
  auto [second_client, second] = stream();
  group.add(*first);
  group.add(*second);
  EXPECT_EQ(made, 1);
  first->flush();
  group.touch();
  first_client.read_until([&client = first_client] { return client.bytes() == "[1][2]"; });
  second_client.read_until([&client = second_client] { return client.bytes() == "[2]"; });
  EXPECT_EQ(made, 2);
  group.remove(*first);
  group.remove(*first);
  EXPECT_FALSE(group.empty());
  group.remove(*second);
  EXPECT_TRUE(group.empty());
}

TEST_F(SnapshotGroupTest, MakesNothingWhileNobodyWatches) {
  auto group = group_of(0ms);
  group.touch();
  run_ready();
  EXPECT_EQ(made, 0);
}

TEST_F(SnapshotGroupTest, ManyChangesWithinAnIntervalAreOneSnapshot) {
  auto group = group_of(20ms);
  auto [client, one] = stream();
  group.add(*one);
  one->flush();
  for (int i = 0; i < 100; ++i) group.touch();
  client.read_until([&got = client] { return got.bytes() == "[1][2][3]"; });
  EXPECT_EQ(made, 3) << "one at once, and one for all the rest";
}

TEST_F(SnapshotGroupTest, WhoComesBetweenGetsThePresentState) {
  auto group = group_of(1h);
  auto [first_client, first] = stream();
  group.add(*first);
  group.touch();
  group.touch();  // to be sent in an hour
  EXPECT_EQ(made, 2);
  auto [second_client, second] = stream();
  group.add(*second);
  second->flush();
  second_client.read_until([&client = second_client] { return client.bytes() == "[3]"; });
}

}  // namespace
}  // namespace jobcast::push
