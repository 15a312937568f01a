#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "jobcast/job_store.hpp"

#include "push/send_round.hpp"

namespace jobcast::push {

class ChosenStream;

/// Finds the streams that watch a job, by its id or its name, without a look at any other. One thread.
class WatcherIndex {
 public:
  struct List;

  /// Where a stream stands in a list; kept by the stream, so that leaving takes no search.
  struct Place {
    List* list = nullptr;
    std::uint32_t position = 0;
  };

  struct Entry {
    ChosenStream* stream = nullptr;
    std::uint32_t place = 0;  ///< index into the stream's places
  };

  /// Who watches one id or name.
  struct List {
    std::vector<Entry> single;  ///< streams of this job alone
    std::vector<Entry> mixed;   ///< streams of several jobs
    JobRef key;
    SendRound round;  ///< of those in `single`
  };

  void add(ChosenStream& stream, const std::vector<JobRef>& refs);
  void remove(ChosenStream& stream);

  /// Forgets a list that nobody stands in any more; one whose round is not over is kept until then.
  void release(List& list);

  /// Calls `visit` with the list of every watched id and name. It must not add or remove a stream.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& [id, list] : by_id_) visit(list);
    for (const auto& [name, list] : by_name_) visit(list);
  }

  /// Null where nobody watches. Valid until the next add or remove.
  [[nodiscard]] List* watching(const JobId& id);
  [[nodiscard]] List* watching(std::string_view filename);

 private:
  static std::vector<Entry>& entries(List& list, const ChosenStream& stream);

  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
  };

  std::unordered_map<JobId, List> by_id_;
  std::unordered_map<std::string, List, NameHash, std::equal_to<>> by_name_;
};

}  // namespace jobcast::push
