#include "push/watcher_index.hpp"

#include "push/chosen_stream.hpp"

namespace jobcast::push {

void WatcherIndex::add(ChosenStream& stream, const std::vector<JobRef>& refs) {
  auto& places = stream.places();
  places.reserve(refs.size());
  for (const auto& ref : refs) {
    const auto* id = std::get_if<JobId>(&ref);
    auto& list = id != nullptr ? by_id_[*id] : by_name_[std::get<std::string>(ref)];
    if (list.entries.empty()) list.key = ref;
    places.push_back({&list, static_cast<std::uint32_t>(list.entries.size())});
    list.entries.push_back({&stream, static_cast<std::uint32_t>(places.size() - 1)});
  }
}

void WatcherIndex::remove(ChosenStream& stream) {
  for (const auto& place : stream.places()) {
    auto& entries = place.list->entries;
    auto& moved = entries[place.position] = entries.back();
    moved.stream->places()[moved.place].position = place.position;
    entries.pop_back();
    if (!entries.empty()) continue;
    const auto key = std::move(place.list->key);
    if (const auto* id = std::get_if<JobId>(&key)) {
      by_id_.erase(*id);
    } else {
      by_name_.erase(std::get<std::string>(key));
    }
  }
  stream.places().clear();
}

WatcherIndex::List* WatcherIndex::watching(const JobId& id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second;
}

WatcherIndex::List* WatcherIndex::watching(std::string_view filename) {
  const auto found = by_name_.find(filename);
  return found == by_name_.end() ? nullptr : &found->second;
}

}  // namespace jobcast::push
