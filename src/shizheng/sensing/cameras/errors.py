"""What footage of security cameras refuses, each in one sentence with what to do."""

from shizheng.kernel.errors import N_, DomainError


class CamerasUnset(DomainError):
    """The city's pack says nothing of cameras (未設定監視系統)."""

    code = "sensing.cameras_unset"
    message = N_("This city has not declared security cameras.")
    hint = N_("Add a definition of kind cameras/1 to the pack.")
    status = 404


class CameraUnknown(DomainError):
    """No such camera (查無攝影機)."""

    code = "sensing.camera_unknown"
    message = N_("There is no camera {key}.")
    hint = N_("Look the number up in the list of cameras; separate numbers by commas.")


class CamerasTooMany(DomainError):
    """Too many cameras at once, or none (攝影機數量不符)."""

    code = "sensing.cameras_too_many"
    message = N_("Name 1 to {most} cameras; you named {count}.")
    hint = N_("Ask again for the others, each request with its own reason.")


class CaseMissing(DomainError):
    """Footage is for a case alone (缺少案號)."""

    code = "sensing.case_missing"
    message = N_(
        "Give the number of the case and say in {least} characters or more what it is for."
    )
    hint = N_("Footage is handed out for a numbered case only.")


class PurposeUnknown(DomainError):
    """The purpose is none of the pack's (事由不符)."""

    code = "sensing.purpose_unknown"
    message = N_("“{purpose}” is no purpose for which footage may be asked.")
    hint = N_("Choose one of the list; each names its law.")


class SpanUnfit(DomainError):
    """The span of time cannot be asked for (時間範圍不符)."""

    code = "sensing.span_unfit"
    message = N_("The time asked for cannot be handed out: {reason}.")
    hint = N_("Ask for the shortest time that your case needs, at most {longest} hours.")
    worded = ("reason",)


class RecordingGone(DomainError):
    """The recording is not kept that long (影像已逾保存期限)."""

    code = "sensing.recording_gone"
    message = N_("Recordings are kept {days} days; what you ask for is older.")
    hint = N_("Ask sooner after an incident.")


class FaceSearchOff(DomainError):
    """Faces are not searched without a policy record (人臉搜尋未開放)."""

    code = "sensing.face_search_off"
    message = N_("Face search is off: no policy record allows it on this day.")
    hint = N_("Ask without it; only a policy record in the city's pack can switch it on.")
    status = 403


class SecondPersonNeeded(DomainError):
    """Nobody decides on what they asked for (不得自行核准)."""

    code = "sensing.second_person_needed"
    message = N_("You asked for this footage yourself, so another person decides.")
    hint = N_("Ask a colleague who may approve.")
    status = 403


class FootageMoved(DomainError):
    """The request is at another step now (申請狀態已變更)."""

    code = "sensing.footage_moved"
    message = N_("This is not possible: request {number} is “{state}”.")
    hint = N_("Open it again to see what happened.")
    status = 409
    worded = ("state",)


class WhyMissing(DomainError):
    """A decision needs its reason (缺少理由)."""

    code = "sensing.why_missing"
    message = N_("Say why, in two characters or more.")
    hint = N_("The person who asked reads it.")


class CameraNotAsked(DomainError):
    """The footage is of a camera that nobody asked for (非申請之攝影機)."""

    code = "sensing.camera_not_asked"
    message = N_("Request {number} is not about camera {key}.")
    hint = N_("Hand out what was asked for and approved, nothing else.")


class MaterialUnfit(DomainError):
    """The file cannot be marked and so is not handed out (檔案無法加註浮水印)."""

    code = "sensing.material_unfit"
    message = N_("“{name}” cannot be marked: {reason}.")
    hint = N_("Hand in stills as PNG or JPEG, papers as PDF, video as MP4.")
    status = 415
    worded = ("reason",)


class ExpiryUnfit(DomainError):
    """The days until deletion are not allowed (提供期限不符)."""

    code = "sensing.expiry_unfit"
    message = N_("A copy may be had for 1 to {most} days; you said {days}.")
    hint = N_("Choose as few days as the case needs.")


class ReleaseOver(DomainError):
    """The copy expired and was deleted (影像已刪除)."""

    code = "sensing.release_over"
    message = N_("This copy expired or was deleted, and cannot be opened any more.")
    hint = N_("The request's page shows when, and the SHA-256 of what was deleted.")
    status = 410


class StillUnfit(DomainError):
    """A still is not taken (畫面未收)."""

    code = "sensing.still_unfit"
    message = N_("The still was not taken: {reason}.")
    hint = N_(
        "Send JPEG or PNG of at most 4 MiB, with the key of a gateway of the cameras' agency."
    )
    status = 422
    worded = ("reason",)
