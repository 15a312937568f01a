#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "push/framed_event.hpp"

namespace jobcast::push {

/// How far the sending of events to a row of streams has come. It may take several turns of the io thread; events that
/// come meanwhile are sent to those whose turn is still to come together with the earlier ones, and begin another round
/// for the others. So the more comes, the more is sent by one call. Pure.
struct SendRound {
  using TimePoint = std::chrono::steady_clock::time_point;

  std::vector<FramedEventPtr> unsent;  ///< in rising seq; empty: no round is under way
  std::size_t begun_with = 0;          ///< of those, so many were there when the first stream had its turn
  std::size_t next = 0;                ///< streams before this one have had their turn
  TimePoint began{};

  /// Adds an event. True: it begins a round.
  bool add(const FramedEventPtr& event, TimePoint now);

  /// To be called before each turn.
  void go_on() {
    if (next == 0) begun_with = unsent.size();
  }

  /// Every stream has had its turn: forgets what all have been sent. True: another round begins with the rest.
  bool end(TimePoint now);

 private:
  void leave_out_superseded();
};

}  // namespace jobcast::push
