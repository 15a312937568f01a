#include "push/single_flight.hpp"

#include <gmock/gmock.h>
#include <string>

namespace jobcast::push {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SingleFlightTest, TheFirstAsksAndIsAnswered) {
  SingleFlight<std::string, int> flights;
  EXPECT_TRUE(flights.board("a", 1));
  EXPECT_TRUE(flights.board("b", 2));
  const auto landing = flights.land("a");
  EXPECT_THAT(landing.passengers, ElementsAre(1));
  EXPECT_FALSE(landing.ask_again);
  EXPECT_TRUE(flights.board("a", 3));
}

TEST(SingleFlightTest, WhoAsksMeanwhileGetsALaterAnswer) {
  SingleFlight<std::string, int> flights;
  flights.board("a", 1);
  EXPECT_FALSE(flights.board("a", 2));
  EXPECT_FALSE(flights.board("a", 3));
  auto landing = flights.land("a");
  EXPECT_THAT(landing.passengers, ElementsAre(1));
  EXPECT_TRUE(landing.ask_again);
  EXPECT_FALSE(flights.board("a", 4));
  landing = flights.land("a");
  EXPECT_THAT(landing.passengers, ElementsAre(2, 3));
  EXPECT_TRUE(landing.ask_again);
  landing = flights.land("a");
  EXPECT_THAT(landing.passengers, ElementsAre(4));
  EXPECT_FALSE(landing.ask_again);
}

TEST(SingleFlightTest, NobodyWaitsForWhatWasNotAsked) {
  SingleFlight<std::string, int> flights;
  EXPECT_THAT(flights.land("a").passengers, IsEmpty());
}

}  // namespace
}  // namespace jobcast::push
