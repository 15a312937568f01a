#include "push/stream_wheel.hpp"

#include <gmock/gmock.h>

#include "idle_host.hpp"

namespace jobcast::push {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class StreamWheelTest : public testing::Test {
 protected:
  StreamPtr add() {
    StreamPtr stream(new Stream(host_, Descriptor(), StreamKind::all, true));
    wheel.add(stream);
    return stream;
  }

  StreamWheel wheel{3};

 private:
  boost::asio::io_context context_;
  IdleHost host_{context_};
};

TEST_F(StreamWheelTest, AStreamsTurnComesAfterAWholeRound) {
  const auto a = add();
  EXPECT_THAT(wheel.turn(), IsEmpty());
  const auto b = add();
  EXPECT_THAT(wheel.turn(), IsEmpty());
  EXPECT_THAT(wheel.turn(), ElementsAre(a));
  EXPECT_THAT(wheel.turn(), ElementsAre(b));
  EXPECT_EQ(wheel.size(), 2U);
}

TEST_F(StreamWheelTest, ForgetsWhoLeaves) {
  const auto a = add();
  const auto b = add();
  const auto c = add();
  wheel.remove(*a);
  wheel.remove(*a);
  EXPECT_THAT(wheel.all(), testing::UnorderedElementsAre(b, c));
  wheel.remove(*c);
  wheel.remove(*b);
  EXPECT_EQ(wheel.size(), 0U);
  EXPECT_THAT(wheel.all(), IsEmpty());
  EXPECT_EQ(a->use_count(), 1U) << "the wheel shares it no longer";
}

}  // namespace
}  // namespace jobcast::push
